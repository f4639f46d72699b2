"""The whole system, brought up once for all tests of a session that only look at it or call it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from local.processes import stop
from tests.support.keyword_archive import make_keyword_archive, pack
from tests.support.node import node_environment

ROOT = Path(__file__).parents[2]


def synthesize_accounts(folder: Path) -> None:
    """The app that a person deploys, into ``folder``."""
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        check=False,
        env={**os.environ, **node_environment(), "CDK_VALIDATION": "false", "CDK_OUTDIR": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"the synth failed:\n{done.stderr[-3000:]}"


def command(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a person types, by way of the Makefile."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@dataclass(frozen=True, kw_only=True)
class Up:
    """A run folder of ``local.up``, the archive that it serves, and what it printed."""

    run_dir: Path
    archive: Path
    assembly: Path
    printed: str

    @property
    def env(self) -> dict[str, str]:
        """The variables of the run folder's env."""
        lines = (self.run_dir / "env").read_text(encoding="ascii").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def state(self) -> Path:
        """The emulated accounts' state file."""
        return self.run_dir / "accounts.json"


@contextmanager
def shared_up(factory: pytest.TempPathFactory, assembly: Path) -> Iterator[Up]:
    """One run for all processes of the session; the last of those that use it ends it."""
    base = factory.getbasetemp()
    # Under xdist each worker has a folder of its own below the session's.
    shared: Path = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, users = shared / "up", shared / "up.users"
    lock = FileLock(shared / "up.lock")
    with lock:
        number = int(users.read_text()) if users.exists() else 0
        if number == 0:
            _bring_up(folder, assembly)
        users.write_text(str(number + 1))
    try:
        yield Up(
            run_dir=folder / "run",
            archive=folder / "model.tar.gz",
            assembly=assembly,
            printed=(folder / "printed").read_text(encoding="utf-8"),
        )
    finally:
        with lock:
            number = int(users.read_text()) - 1
            users.write_text(str(number))
            if number == 0:
                stop(folder / "run")


def _bring_up(folder: Path, assembly: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    archive = pack(make_keyword_archive(folder / "files"), folder / "model.tar.gz")
    arguments = ["--archive", str(archive), "--assembly", str(assembly), "--run-dir", str(folder / "run")]
    done = command("local.up", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    (folder / "printed").write_text(done.stdout, encoding="utf-8")
