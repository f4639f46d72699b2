"""One emulator for the tests of this folder, with the tiny app (tiny_app.py) deployed to both accounts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.accounts import emulator
from tests.local.accounts.tiny import Deployed, deploy, synthesize


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesize(tmp_path_factory.mktemp("tiny") / "cdk.out")


@pytest.fixture(scope="session")
def deployed(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    state = tmp_path_factory.mktemp("run") / "accounts.json"
    try:
        done = deploy(tiny, state)
        assert (done.returncode, done.stderr) == (0, "")
        yield Deployed(state, tiny, done.stdout)
    finally:
        emulator.stop(state)


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an emulator with nothing in it."""
    state = tmp_path_factory.mktemp("empty") / "accounts.json"
    try:
        yield emulator.start(state)
    finally:
        emulator.stop(state)
