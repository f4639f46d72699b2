"""A job that fails says why in one sentence, on stderr and in the file that SageMaker shows, and quotes no mail."""

from pathlib import Path

import pytest

from mailroom.hyperparameters import HyperparameterError
from model.training.failure import report_failure

SECRET = "geheimnis4711"


def raised(error: Exception) -> Exception:
    """The error with the calls that led to it."""
    try:
        raise error
    except type(error) as caught:
        return caught


def test_what_a_person_can_mend_is_said_in_its_own_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code = report_failure(raised(HyperparameterError("epochs is wrong.")), {"SM_OUTPUT_DIR": str(tmp_path / "output")})
    assert code == 2
    assert (tmp_path / "output" / "failure").read_text() == "epochs is wrong."
    assert capsys.readouterr().err == "error: epochs is wrong.\n"


def test_of_an_error_that_may_quote_a_mail_only_kind_and_place_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert report_failure(raised(KeyError(SECRET)), {"SM_OUTPUT_DIR": str(tmp_path)}) == 1
    said = (tmp_path / "failure").read_text()
    printed = capsys.readouterr().err
    assert said.startswith("Training ended with KeyError in test_failure.py, line ")
    assert "in raised" in printed
    assert SECRET not in said + printed


def test_an_error_of_the_machine_is_said_as_it_is(tmp_path: Path):
    assert report_failure(raised(OSError(28, "No space left on device")), {"SM_OUTPUT_DIR": str(tmp_path)}) == 1
    assert (tmp_path / "failure").read_text().endswith(": [Errno 28] No space left on device")


def test_of_several_processes_the_first_speaks_for_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    environment = {"SM_OUTPUT_DIR": str(tmp_path), "WORLD_SIZE": "2"}
    for sentence in ("first.", "second."):
        report_failure(raised(HyperparameterError(sentence)), environment)
    assert (tmp_path / "failure").read_text() == "first."
    assert capsys.readouterr().err == "error: first.\n"


def test_a_process_alone_replaces_what_a_former_job_said(tmp_path: Path):
    for sentence in ("first.", "second."):
        report_failure(raised(HyperparameterError(sentence)), {"SM_OUTPUT_DIR": str(tmp_path)})
    assert (tmp_path / "failure").read_text() == "second."


def test_where_no_file_can_be_written_the_log_still_says_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").write_text("")
    report_failure(raised(HyperparameterError("it.")), {"SM_OUTPUT_DIR": str(tmp_path / "file")})
    assert capsys.readouterr().err == "error: it.\n"
