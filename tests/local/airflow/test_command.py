"""`make airflow` without what it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.airflow import __main__ as command
from local.airflow.errors import AirflowError

ROOT = Path(__file__).parents[3]


def test_without_emulated_accounts_one_sentence_says_what_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "airflow").touch()
    monkeypatch.setattr(command, "COMMAND", tmp_path / "airflow")
    monkeypatch.setattr(sys, "argv", ["airflow", "--accounts", str(tmp_path / "accounts.json")])
    with pytest.raises(
        AirflowError, match=r"^The emulated accounts do not run: `make airflow` brings them up, and `make up` does\.$"
    ):
        command.main()


def test_without_airflow_one_sentence_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(command, "COMMAND", tmp_path / "airflow")
    monkeypatch.setattr(sys, "argv", ["airflow"])
    with pytest.raises(AirflowError, match=r"^Airflow is not installed here: `make airflow` does it\.$"):
        command.main()


def test_the_command_ends_with_status_2_and_the_sentence_alone(tmp_path: Path):
    arguments = ["--accounts", str(tmp_path / "accounts.json"), "--run-dir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "local.airflow", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
