"""The step after training: what is recorded of it, whatever becomes of the model."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.track.__main__ import main
from tests.support.mlflow_server import MlflowServer, mlflow_server
from tests.support.tracked_run import APP, archive_folder, step_variables

NAMES = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "PIPELINE_EXECUTION", "MODEL_ARCHIVE")


@pytest.fixture
def mlflow() -> Iterator[MlflowServer]:
    with mlflow_server() as server:
        yield server


def _step(folder: Path, uri: str, **variables: str) -> int:
    told = {name: value for name, value in step_variables(uri).items() if name in NAMES}
    return main(["--model", str(folder)], {**told, **variables})


def test_settings_facts_and_each_epoch_are_recorded_in_a_finished_run(mlflow: MlflowServer, tmp_path: Path):
    assert _step(archive_folder(tmp_path), mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert (run.info["run_name"], run.info["status"]) == ("2026-04-01.1a2b3c4d", "FINISHED")
    assert run.params == {"epochs": "4"}
    assert {(key, value, step) for key, value, step, _ in run.metrics} == {
        ("train/loss", 2.5, 1),
        ("train/loss", 4.9e-05, 2),
        ("validation/queue/accuracy", 0.4, 1),
        ("validation/queue/accuracy", 0.6, 2),
        ("train/seconds", 12.5, 0),
    }
    assert run.tags == {
        "pipeline_execution": "execution-1",
        "model_version": "2026-04-01.1a2b3c4d",
        "taxonomy_version": "tiny-1",
        "data_fingerprint": "f" * 64,
        "training_mails": "48",
        "model_archive": "s3://artefacts/models/job/output/model.tar.gz",
        "mlflow.source.type": "JOB",
    }
    assert mlflow.files == {}


def test_a_server_that_refuses_does_not_hold_the_model_back_and_is_told(
    mlflow: MlflowServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    mlflow.refuse = "runs/create"
    assert _step(archive_folder(tmp_path), mlflow.url) == 0
    told = json.loads(capsys.readouterr().err)
    assert (told["event"], told["cause"], told["experiment"]) == ("run_not_recorded", "refused", "mailroom-dev")


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_variable_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str):
    assert _step(tmp_path, APP, **{name: ""}) == 2
    assert capsys.readouterr().err == f"error: the step's variable {name} is not set.\n"


@pytest.mark.parametrize(
    ("archive", "sentence"),
    [
        (b"[", "The training's model.tar.gz cannot be read."),
        (b"[]", "The model archive's archive.json or metrics.json is of another form."),
        (b"{}", "The model archive's archive.json or metrics.json is of another form."),
    ],
)
def test_an_archive_of_another_form_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], archive: bytes, sentence: str
):
    assert _step(archive_folder(tmp_path, archive=archive), "http://127.0.0.1:9") == 2
    assert capsys.readouterr().err == f"error: {sentence}\n"


def test_a_folder_without_an_archive_and_a_file_that_is_none_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    sentence = "error: The training's model.tar.gz cannot be read.\n"
    assert (_step(tmp_path, "http://127.0.0.1:9"), capsys.readouterr().err) == (2, sentence)
    whole = (archive_folder(tmp_path) / "model.tar.gz").read_bytes()
    (tmp_path / "model.tar.gz").write_bytes(whole[: len(whole) // 2])
    assert (_step(tmp_path, "http://127.0.0.1:9"), capsys.readouterr().err) == (2, sentence)
