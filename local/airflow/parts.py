"""Airflow's processes: started together, watched, and ended together."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.airflow.errors import AirflowError

PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")
STOP_SECONDS = 5.0
POLL_SECONDS = 0.1


@dataclass(kw_only=True)
class Parts:
    """``command`` is Airflow's program, ``environment`` the whole one of its processes; their logs go to ``folder``."""

    command: Path
    environment: Mapping[str, str]
    folder: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def migrate(self) -> None:
        """Make the database.

        Raises:
            AirflowError: it cannot be made; the last line of the log is quoted.
        """
        with self._log("migrate").open("wb") as log:
            done = subprocess.run(
                [self.command, "db", "migrate"],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            raise AirflowError(f"Airflow's database cannot be made: {self._last_line('migrate')}")

    def start(self) -> None:
        """Start all parts, each the leader of a group of its own, so that Ctrl-C reaches none of them by itself."""
        for name in PARTS:
            with self._log(name).open("wb") as log:
                self._running[name] = subprocess.Popen(
                    [self.command, name],
                    env=dict(self.environment),
                    start_new_session=True,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )

    def check(self) -> None:
        """Raises AirflowError if a part has ended by itself, with the last line of its log."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise AirflowError(
                    f"Airflow's {name} has ended with status {process.returncode}: {self._last_line(name)}"
                )

    def stop(self) -> None:
        """End them and whatever they started, and wait for it."""
        for process in self._running.values():
            process.terminate()
        patience = time.monotonic() + STOP_SECONDS
        while any(process.poll() is None for process in self._running.values()) and time.monotonic() < patience:
            time.sleep(POLL_SECONDS)
        for process in self._running.values():
            # Its tasks may outlive a part, and are of its group.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _last_line(self, name: str) -> str:
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"see {self._log(name)}."
