"""What has to run before Airflow's tasks can: looked at, and brought up where it is missing."""

import os
from pathlib import Path

import pytest

from local.accounts import emulator
from local.airflow import accounts
from local.background import remember


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Path]]:
    """What would have been brought up: which run folder, from which assembly."""
    found: list[tuple[Path, Path]] = []
    monkeypatch.setattr(accounts, "bring_up", lambda run_dir, *, assembly: found.append((run_dir, assembly)))
    return found


@pytest.fixture
def emulated(tmp_path: Path):
    """Emulated accounts that run from ``tmp_path``, with nothing beside them."""
    state = tmp_path / emulator.DEFAULT_STATE.name
    emulator.start(state)
    yield tmp_path
    emulator.stop(state)


ASSEMBLY = Path("the-assembly")


def test_without_accounts_all_is_brought_up(tmp_path: Path, asked: list[tuple[Path, Path]]):
    assert accounts.accounts_up(tmp_path, ASSEMBLY) is True
    assert asked == [(tmp_path, ASSEMBLY)]


@pytest.mark.slow
def test_accounts_without_what_runs_the_pipeline_are_completed(emulated: Path, asked: list[tuple[Path, Path]]):
    remember("front-prod", os.getpid(), emulated / "processes.json")
    assert accounts.accounts_up(emulated, ASSEMBLY) is True
    assert asked == [(emulated, ASSEMBLY)]


@pytest.mark.slow
def test_what_runs_is_left_alone(emulated: Path, asked: list[tuple[Path, Path]]):
    remember("pipelines", os.getpid(), emulated / "processes.json")
    assert accounts.accounts_up(emulated, ASSEMBLY) is False
    assert asked == []
