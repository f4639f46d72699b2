"""Adapters as processes of their own, to be killed and started again."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.running import ROOT

PATIENCE = 180.0


def until(condition: Callable[[], object]) -> None:
    """Wait for what other processes bring about."""
    latest = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < latest, "It did not become so."
        time.sleep(0.05)


class Adapter:
    """``python -m local.NAME`` for one environment of the accounts in ``state``, once it has announced itself."""

    def __init__(self, name: str, state: Path, folder: Path, *, pace: float, environment: str = "prod") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        announced = folder / f"{name}.json"
        announced.unlink(missing_ok=True)
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", f"local.{name}", "--accounts", str(state), "--env", environment),
                    *("--folder", str(folder), "--state", str(announced), "--pace", str(pace)),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until(lambda: announced.exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
        self.url = json.loads(announced.read_text(encoding="utf-8"))["url"] + f"/{environment}"

    def events(self) -> list[dict[str, Any]]:
        """What it has logged."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def get(self, path: str) -> dict[str, Any]:
        """What the hosting adapter tells."""
        with _opener().open(f"{self.url}/{path}", timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def children(self) -> list[int]:
        """The processes that it has started, by id."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]

    def kill(self) -> None:
        """As the system does when it runs out of memory."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """As `make down` does."""
        self.process.terminate()
        self.process.wait(timeout=60)


def invoke(url: str, body: bytes, *, name: str = "mailroom-prod") -> tuple[int, dict[str, Any]]:
    """The endpoint's answer."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(f"{url}/endpoints/{name}/invocations", data=body, headers=headers, method="POST")
    try:
        with _opener().open(request, timeout=90) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
