"""Airflow's processes, with a program in Airflow's place that does as little as a process can."""

import os
import signal
import time
from pathlib import Path

import pytest

from local.airflow.errors import AirflowError
from local.airflow.parts import PARTS, Parts


def _parts(folder: Path, script: str) -> Parts:
    command = folder / "airflow"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return Parts(command=command, environment={"PATH": os.environ["PATH"], "SAID": "said"}, folder=folder)


def _logged(folder: Path, name: str, text: str) -> bool:
    patience = time.monotonic() + 30
    while text not in (folder / f"{name}.log").read_text() and time.monotonic() < patience:
        time.sleep(0.05)
    return text in (folder / f"{name}.log").read_text()


def test_every_part_is_started_with_the_environment_and_a_log_of_its_own(tmp_path: Path):
    parts = _parts(tmp_path, 'echo "$1 $SAID"; exec sleep 60')
    parts.start()
    try:
        assert all(_logged(tmp_path, name, f"{name} said") for name in PARTS)
        parts.check()
    finally:
        parts.stop()


def test_the_end_of_a_part_takes_what_it_started_along(tmp_path: Path):
    # A child that does not hear of the end.
    parts = _parts(tmp_path, "sh -c 'trap \"\" TERM; echo pid $$; while :; do sleep 1; done' & wait")
    parts.start()
    assert _logged(tmp_path, PARTS[0], "pid ")
    child = int((tmp_path / f"{PARTS[0]}.log").read_text().split()[1])
    parts.stop()
    patience = time.monotonic() + 30
    while _is_alive(child) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not _is_alive(child)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_part_that_ends_by_itself_is_named_with_its_last_words(tmp_path: Path):
    parts = _parts(tmp_path, '[ "$1" = scheduler ] && { echo "no database"; exit 3; }; exec sleep 60')
    parts.start()
    try:
        patience = time.monotonic() + 30
        with pytest.raises(AirflowError) as error:
            while time.monotonic() < patience:
                parts.check()
                time.sleep(0.05)
        assert str(error.value) == "Airflow's scheduler has ended with status 3: no database"
    finally:
        parts.stop()


def test_a_database_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path):
    with pytest.raises(AirflowError, match=r"^Airflow's database cannot be made: db migrate: disk full$"):
        _parts(tmp_path, 'echo "$*: disk full"; exit 1').migrate()
