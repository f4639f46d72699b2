"""The endpoint's process: prepares a folder like a container's, runs the model server in it, and ends it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from mailroom.errors import MailroomError
from mailroom.wire.endpoint import describe_to_json
from model.archive.reader import open_archive
from model.archive.unpack import unpacked

MAX_WAITING = 32
STOP_SECONDS = 5.0
READY_SECONDS = 300.0
"""A large model may take minutes to be read from a cold disk; what takes longer hangs."""


class EndpointError(MailroomError):
    """The endpoint did not come into service."""


class LocalEndpoint:
    """A model archive being served. Use as a context manager, or call ``stop``.

    The interpreter that serves it sees the archive's ``code`` folder and the installed libraries, and nothing of the
    checkout. It ends when this object's process does, however that ends.
    """

    def __init__(
        self,
        archive: Path,
        *,
        name: str,
        port: int = 0,
        max_waiting: int = MAX_WAITING,
        ready_seconds: float = READY_SECONDS,
    ) -> None:
        """Start, and wait until a first invocation was answered, no longer than ``ready_seconds``.

        Raises:
            ArchiveError: the archive cannot be read.
            EndpointError: its model cannot be served.
        """
        self.name = name
        self._scratch = tempfile.TemporaryDirectory(prefix="mailroom-endpoint-")
        try:
            self._process = self._launch(archive, port, max_waiting)
            self.port = self._wait_until_ready(ready_seconds)
        except BaseException:
            self._scratch.cleanup()
            raise
        self.url = f"http://127.0.0.1:{self.port}"

    def _launch(self, archive: Path, port: int, max_waiting: int) -> subprocess.Popen[bytes]:
        scratch = Path(self._scratch.name)
        model_dir = unpacked(archive, scratch / "model").resolve()
        open_archive(model_dir)  # before any of its code runs
        image = scratch / "image"
        shutil.copytree(
            Path(__file__).with_name("model_server"),
            image / "model_server",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        command = [
            # -P and -B: neither the working folder on the import path, nor compiled files in the archive's folder.
            sys.executable,
            "-P",
            "-B",
            "-m",
            "model_server",
            "--name",
            self.name,
            "--model-dir",
            str(model_dir),
            "--port",
            str(port),
            "--max-waiting",
            str(max_waiting),
            "--scratch",
            str(scratch),
            "--probe",
            describe_to_json().decode(),
        ]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(model_dir / "code"), str(image)])}
        # The pipe to its standard input is how the server notices that its parent is gone.
        return subprocess.Popen(command, cwd=scratch, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _wait_until_ready(self, seconds: float) -> int:
        assert self._process.stdout is not None
        # Its end is the end of its output.
        limit = threading.Timer(seconds, self._process.kill)
        limit.daemon = True
        begun = time.monotonic()
        limit.start()
        try:
            line = self._process.stdout.readline()
        finally:
            limit.cancel()
        silence = {"error": "The model server ended before it came into service."}
        if time.monotonic() - begun >= seconds:
            silence = {"error": f"The model did not come into service within {seconds:.0f} seconds."}
        said: dict[str, Any] = json.loads(line) if line else silence
        if "error" in said:
            self.stop()
            raise EndpointError(said["error"])
        port: int = said["port"]
        return port

    @property
    def pid(self) -> int:
        """The model server's process id."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether the model server is gone."""
        return self._process.poll() is not None

    def wait(self) -> int:
        """Wait until the model server ends by itself; returns its exit status."""
        return self._process.wait()

    def stop(self) -> None:
        """End the model server and remove what was unpacked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._scratch.cleanup()

    def __enter__(self) -> "LocalEndpoint":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
