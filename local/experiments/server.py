"""MLflow's own server: runs in a sqlite file, their artifacts beside it, both kept when the server ends."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailroom.errors import MailroomError
from model.files import write_atomically

ROOT = Path(__file__).parents[2]
INTERPRETER = ROOT / ".venvs" / "experiments" / "bin" / "python"
HOST = "127.0.0.1"


class ExperimentsError(MailroomError):
    """The MLflow server cannot be started."""


@dataclass(frozen=True, kw_only=True)
class TrackingServer:
    """A server whose runs lie in ``folder``; it listens to this machine only."""

    folder: Path
    port: int
    interpreter: Path = INTERPRETER

    @property
    def url(self) -> str:
        """Where its page and its REST API are."""
        return f"http://{HOST}:{self.port}"

    def command(self) -> list[str]:
        """The command line that becomes the server."""
        return [
            *(str(self.interpreter), "-m", "mlflow", "server"),
            *("--host", HOST, "--port", str(self.port), "--workers", "1"),
            *("--backend-store-uri", f"sqlite:///{self.folder.absolute()}/mlflow.db"),
            *("--artifacts-destination", str(self.folder.absolute() / "artifacts")),
        ]

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """Its variables: those ``given``, no setting of another MLflow, and nothing that calls out."""
        kept = {name: value for name, value in given.items() if not name.startswith(("MLFLOW_", "_MLFLOW_"))}
        return {
            **kept,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DO_NOT_TRACK": "true",
            # Its background jobs judge language models' answers.
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            "PYTHONWARNINGS": "ignore",
        }


def installed(interpreter: Path = INTERPRETER) -> bool:
    """Whether ``make experiments`` has installed MLflow."""
    return (interpreter.parents[1] / ".ready").is_file()


def tracking_server(folder: Path, *, interpreter: Path = INTERPRETER) -> TrackingServer:
    """The server for ``folder``, on the port that it had last, so that an open page stays good; else on a free one.

    Raises:
        ExperimentsError: MLflow is not installed.
    """
    if not installed(interpreter):
        raise ExperimentsError("MLflow is not installed here; make experiments installs it.")
    folder.mkdir(parents=True, exist_ok=True)
    remembered = folder / "port"
    last = int(remembered.read_text(encoding="ascii")) if remembered.is_file() else 0
    port = _free(last) or _free(0)
    write_atomically(remembered, f"{port}\n")
    return TrackingServer(folder=folder, port=port, interpreter=interpreter)


def become(server: TrackingServer) -> None:
    """Replace this process by the server: whoever ends this process ends it, and nothing is left if that is a kill."""
    command = server.command()
    os.execve(command[0], command, server.environment(os.environ))  # noqa: S606 - no shell is wanted


def _free(port: int) -> int:
    """``port``, or for 0 any, if nobody listens there; else 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return 0
        number: int = probe.getsockname()[1]
        return number
