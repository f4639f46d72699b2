"""Endpoint and front as background processes that outlive the command which started them.

``.run`` holds what is needed to find and end them again: processes.json (ids and start times), the API key, the URL,
and their logs.
"""

import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local import background
from local.background import POLL_SECONDS, ROOT, ProcessError
from model.files import write_atomically

__all__ = ["ENDPOINT_NAME", "ROOT", "ProcessError", "Running", "start", "stop"]

ENDPOINT_NAME = "mailroom"
READY_SECONDS = 300.0
"""A large model may take minutes to be read from a cold disk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """What is up: the API's base URL, a key for it, and the model endpoint behind it."""

    url: str
    api_key: str
    endpoint_url: str
    endpoint_name: str


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
    ended = background.stop(_record(run_dir))
    for name in ("env", "endpoint.json", "front.json"):
        (run_dir / name).unlink(missing_ok=True)
    return ended


def _record(run_dir: Path) -> Path:
    return run_dir / "processes.json"


def _key_file(run_dir: Path) -> Path:
    path = run_dir / "api-key"
    if not path.is_file():
        write_atomically(path, secrets.token_urlsafe(30) + "\n", mode=0o600)
    return path


def _launch(name: str, module: Sequence[str], run_dir: Path) -> str:
    return background.launch(name, module, run_dir, record=_record(run_dir), ready_seconds=READY_SECONDS)


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
