"""Endpoint and front as background processes that outlive the command which started them.

``.run`` holds what is needed to find and end them again: processes.json (ids and start times), the API key, the URL,
and their logs.
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.process_table import start_time
from mailroom.errors import MailroomError
from model.files import write_atomically

ROOT = Path(__file__).parents[1]
ENDPOINT_NAME = "mailroom"
READY_SECONDS = 300.0
"""A large model may take minutes to be read from a cold disk."""
STOP_SECONDS = 15.0
POLL_SECONDS = 0.05


class ProcessError(MailroomError):
    """A process could not be brought up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """What is up: the API's base URL, a key for it, and the model endpoint behind it."""

    url: str
    api_key: str
    endpoint_url: str
    endpoint_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Started:
    """A process: an id alone is not enough, since the system gives it away again."""

    name: str
    pid: int
    started: str

    def is_alive(self) -> bool:
        return start_time(self.pid) == self.started


def start(archive: Path, run_dir: Path, *, port: int = 0) -> Running:
    """Serve ``archive`` behind the public API; what runs from ``run_dir`` already is ended first.

    Raises:
        ProcessError: a process did not come up; its own sentence is quoted, and what had started is ended.
    """
    stop(run_dir)
    run_dir.mkdir(parents=True, exist_ok=True)
    key_file = _key_file(run_dir)
    try:
        endpoint_url = _launch(
            "endpoint", ["local.endpoint", "--name", ENDPOINT_NAME, "--archive", str(archive.resolve())], run_dir
        )
        url = _launch(
            "front",
            [
                "local.front",
                "--endpoint-url",
                endpoint_url,
                "--endpoint-name",
                ENDPOINT_NAME,
                "--api-key-file",
                str(key_file.resolve()),
                "--port",
                str(port),
            ],
            run_dir,
        )
        _wait_for_health(url)
    except BaseException:
        stop(run_dir)
        raise
    api_key = key_file.read_text(encoding="ascii").strip()
    write_atomically(run_dir / "env", f"MAILROOM_URL={url}\nMAILROOM_API_KEY={api_key}\n", mode=0o600)
    return Running(url=url, api_key=api_key, endpoint_url=endpoint_url, endpoint_name=ENDPOINT_NAME)


def stop(run_dir: Path) -> int:
    """End what was started from ``run_dir``, nothing else, and wait for it; returns how many processes that were."""
    alive = [process for process in _recorded(run_dir) if process.is_alive()]
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
    for name in ("processes.json", "env", "endpoint.json", "front.json"):
        (run_dir / name).unlink(missing_ok=True)
    return len(alive)


def _is_left(process: _Started) -> bool:
    # Only if this very process started it; otherwise the system's first process takes it in.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
    return process.is_alive()


def _recorded(run_dir: Path) -> list[_Started]:
    try:
        entries = json.loads((run_dir / "processes.json").read_text(encoding="utf-8"))
        return [_Started(name=entry["name"], pid=entry["pid"], started=entry["started"]) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _key_file(run_dir: Path) -> Path:
    path = run_dir / "api-key"
    if not path.is_file():
        write_atomically(path, secrets.token_urlsafe(30) + "\n", mode=0o600)
    return path


def _launch(name: str, module: Sequence[str], run_dir: Path) -> str:
    """Start ``python -m module`` in the background; returns the URL it announces."""
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
    _record(name, process.pid, run_dir)
    patience = time.monotonic() + READY_SECONDS
    while not state.is_file():
        if process.poll() is not None:
            raise ProcessError(_last_line(log) or f"The {name} ended before it was ready.")
        if time.monotonic() > patience:
            raise ProcessError(f"The {name} was not ready within {READY_SECONDS:.0f} seconds; see {log}.")
        time.sleep(POLL_SECONDS)
    url: str = json.loads(state.read_text(encoding="utf-8"))["url"]
    return url


def _record(name: str, pid: int, run_dir: Path) -> None:
    started = start_time(pid)
    if started is None:
        return
    entries = [*_recorded(run_dir), _Started(name=name, pid=pid, started=started)]
    write_atomically(
        run_dir / "processes.json",
        json.dumps([{"name": entry.name, "pid": entry.pid, "started": entry.started} for entry in entries], indent=2)
        + "\n",
    )


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def _wait_for_health(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    patience = time.monotonic() + READY_SECONDS
    while True:
        try:
            with opener.open(f"{url}/v1/health", timeout=10):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > patience:
                raise ProcessError(f"The API at {url} did not become healthy.") from None
            time.sleep(POLL_SECONDS)
