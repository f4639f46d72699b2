"""Processes that outlive the command which started them, and how to find and end them again.

A process is recorded with its id and its start time: an id alone is not enough, since the system gives it away again.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from local.process_table import start_time
from mailroom.errors import MailroomError
from model.files import write_atomically

ROOT = Path(__file__).parents[1]
STOP_SECONDS = 15.0
POLL_SECONDS = 0.05

_RECORDING = threading.Lock()
"""Several may be launched at a time, into one record."""


class ProcessError(MailroomError):
    """A process could not be brought up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A process that was started, under the name of its state file and its log."""

    name: str
    pid: int
    started: str

    def is_alive(self) -> bool:
        """Whether it is still that process."""
        return start_time(self.pid) == self.started


def launch(name: str, module: Sequence[str], run_dir: Path, *, record: Path, ready_seconds: float) -> str:
    """Start ``python -m module --state run_dir/NAME.json`` in the background; returns the URL it announces there.

    Its output goes to run_dir/NAME.log, its id and start time are added to ``record``.

    Raises:
        ProcessError: it ended, or was not ready in time; its own last sentence is quoted.
    """
    state = run_dir / f"{name}.json"
    state.unlink(missing_ok=True)
    log = run_dir / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *module, "--state", str(state.resolve())],
            cwd=ROOT,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    remember(name, process.pid, record)
    patience = time.monotonic() + ready_seconds
    while not state.is_file():
        if process.poll() is not None:
            raise ProcessError(_last_line(log) or f"The {name} ended before it was ready.")
        if time.monotonic() > patience:
            raise ProcessError(f"The {name} was not ready within {ready_seconds:.0f} seconds; see {log}.")
        time.sleep(POLL_SECONDS)
    url: str = json.loads(state.read_text(encoding="utf-8"))["url"]
    return url


def stop(record: Path) -> int:
    """End the processes in ``record``, nothing else, and wait for them; returns how many were still running."""
    alive = [process for process in recorded(record) if process.is_alive()]
    for process in reversed(alive):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)
    patience = time.monotonic() + STOP_SECONDS
    while any(_is_left(process) for process in alive) and time.monotonic() < patience:
        time.sleep(POLL_SECONDS)
    for process in alive:
        if _is_left(process):
            # Each leads a session of its own, so its group is its own children and nobody else.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    record.unlink(missing_ok=True)
    return len(alive)


def recorded(record: Path) -> list[Started]:
    """The processes in ``record``, alive or not; none if there is no such file, or it is damaged."""
    try:
        entries = json.loads(record.read_text(encoding="utf-8"))
        return [Started(name=entry["name"], pid=entry["pid"], started=entry["started"]) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def remember(name: str, pid: int, record: Path) -> None:
    """Add a running process to ``record``, for ``stop`` to find; nothing happens if it has ended already."""
    started = start_time(pid)
    if started is None:
        return
    with _RECORDING:
        entries = [*recorded(record), Started(name=name, pid=pid, started=started)]
        write_atomically(record, json.dumps([asdict(entry) for entry in entries], indent=2) + "\n")


def _is_left(process: Started) -> bool:
    # Only if this very process started it; otherwise the system's first process takes it in.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
    return process.is_alive()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
