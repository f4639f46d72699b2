"""Tiny archives: two trained by hand, under two versions of transformers, and one that the pipeline registered, which
the real inference toolkit serves."""

import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAIN = ROOT / ".venv" / "bin" / "python"
TOOLKIT = ROOT / ".venvs" / "toolkit" / "bin" / "python"
READY_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Archive:
    """An archive unpacked in ``root``/model, as /opt/ml has it; ``container``: what the deployed model's is told.

    ``metadata``: what the registry says of it; empty for one that nobody registered.
    """

    root: Path
    container: Mapping[str, str]
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.root / "model"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back over HTTP."""

    status: int
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Served:
    """A model server on this machine; ``log`` is what it has written so far."""

    port: int
    path: str
    log: Path

    def post(self, body: bytes, *, content_type: str = "application/json") -> Answer:
        return request(self.port, "POST", self.path, body, {"Content-Type": content_type})


def request(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(status=answer.status, body=answer.read())
    finally:
        connection.close()


def assembly() -> str:
    """The synthesized templates (``make synth``)."""
    return os.environ.get("MAILROOM_ASSEMBLY", str(ROOT / "build" / "cdk.out"))


def trained(root: Path, interpreter: Path) -> Archive:
    """Train the deployed definition's job, made quick, under an interpreter's packages."""
    command = [MAIN, "-m", "tests.support.contract_material", "--assembly", assembly(), "--root", root]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    subprocess.run(
        [interpreter, ROOT / "model" / "train.py"], cwd=root, check=True, env={**os.environ, **told["executor"]}
    )
    return Archive(root=root, container=told["container"])


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Written under the training image's transformers."""
    return trained(tmp_path_factory.mktemp("image") / "ml", TOOLKIT)


@pytest.fixture(scope="session")
def archive_of_main(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Written under the transformers of the main environment, as the demo writes it."""
    return trained(tmp_path_factory.mktemp("main") / "ml", MAIN)


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """What the deployed pipeline registered in an emulated account, fetched from its package's address and unpacked."""
    folder = tmp_path_factory.mktemp("registered")
    command = [MAIN, "-m", "tests.support.registered_model", "--assembly", assembly()]
    done = subprocess.run(
        [*command, "--root", folder / "ml", "--scratch", folder / "account"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return Archive(root=folder / "ml", container=told["container"], metadata=told["metadata"])


@pytest.fixture(scope="session")
def served(registered: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The registered archive behind the real inference toolkit and multi-model-server, ready to answer."""
    log = tmp_path_factory.mktemp("served") / "log"
    # The server's sockets lie in it, and a socket's path may have 107 characters.
    scratch = Path(tempfile.mkdtemp(prefix="mms-"))
    port = _free_port()
    environment = {
        **os.environ,
        **registered.container,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": "",
        "TMPDIR": str(scratch),
        "SAGEMAKER_BASE_DIR": str(registered.root),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
    }
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("start_toolkit.py"), scratch / "mms.properties"],
            cwd=scratch,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _when_ready(Served(port=port, path="/invocations", log=log), server)
    finally:
        # The Java process and its workers are in the same group.
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture(scope="session")
def served_locally(registered: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same archive behind the local endpoint, in the main environment."""
    folder = tmp_path_factory.mktemp("local")
    with (folder / "log").open("wb") as out:
        server = subprocess.Popen(
            [
                MAIN,
                "-m",
                "local.endpoint",
                "--name",
                "tiny",
                "--archive",
                registered.folder,
                "--state",
                folder / "state.json",
            ],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        begun = time.monotonic()
        while (
            not (folder / "state.json").exists() and server.poll() is None and time.monotonic() - begun < READY_SECONDS
        ):
            time.sleep(0.2)
        url = json.loads((folder / "state.json").read_text(encoding="utf-8"))["url"]
        yield Served(port=int(url.rpartition(":")[2]), path="/endpoints/tiny/invocations", log=folder / "log")
    finally:
        server.terminate()
        server.wait()


def _when_ready(served: Served, server: "subprocess.Popen[bytes]") -> Served:
    """Wait for a real invocation: /ping is healthy before the worker has read the model."""
    begun = time.monotonic()
    while time.monotonic() - begun < READY_SECONDS and server.poll() is None:
        try:
            if served.post(b'{"describe": true}').status == 200:
                return served
        except OSError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"the server did not come up:\n{served.log.read_text(encoding='utf-8')[-4000:]}")


def _free_port() -> int:
    """One that the model server takes: it refuses those above 32767, from which the system deals out its own."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
