"""The step after the gate: what is recorded of a run, once, and what happens where that fails."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.evaluation.evaluation_json import evaluation_to_json
from model.gate.verdict import Failure
from model.track import server as server_module
from model.track.__main__ import main as track_training
from model.track.verdict import main
from tests.support.evaluations import CHAMPION, evaluation_of
from tests.support.mlflow_server import MlflowServer, mlflow_server
from tests.support.tracked_run import APP, archive_folder, evaluation_folder, gate_folder, step_variables


@pytest.fixture
def mlflow() -> Iterator[MlflowServer]:
    with mlflow_server() as server:
        yield server


TOO_LOW = Failure(rule="minimum", task="queue", value=0.3, limit=0.4, by=0.1, text="queue is 0.1 below its minimum.")


def _step(folder: Path, uri: str, **variables: str) -> int:
    """The step over an evaluation's folder, with the verdict that lies beside it, or else one that the model passed."""
    gate = folder.parent / "gate"
    if not gate.is_dir():
        gate_folder(folder.parent)
    return main(["--evaluation", str(folder), "--gate", str(gate)], {**step_variables(uri), **variables})


def test_settings_scores_and_whereabouts_are_recorded_in_one_finished_run(mlflow: MlflowServer, tmp_path: Path):
    folder = evaluation_folder(tmp_path, champion={"queue": 0.8})
    assert _step(folder, mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert (run.info["run_name"], run.info["status"]) == ("2026-04-01.1a2b3c4d", "FINISHED")
    assert list(mlflow.experiments) == ["mailroom-dev"]
    once = {key: value for key, value, step, _ in run.metrics if step == 0}
    assert (once["test/queue/macro_f1"], once["champion/queue/macro_f1"]) == (0.9, 0.8)
    assert run.params == {"epochs": "4"}
    assert {key: value for key, value in run.tags.items() if not key.startswith("mlflow.")} == {
        "pipeline_execution": "execution-1",
        "model_version": "2026-04-01.1a2b3c4d",
        "taxonomy_version": "tiny-1",
        "data_fingerprint": "f" * 64,
        "training_mails": "48",
        "champion": CHAMPION,
        "model_archive": "s3://artefacts/models/job/output/model.tar.gz",
        "evaluation": "s3://artefacts/evaluations/execution-1",
        "gate": "passed",
        "gate_text": "All rules hold.",
        "gate_output": "s3://artefacts/gates/execution-1",
    }
    assert "| queue | 0.900 | 0.800 |" in run.tags["mlflow.note.content"]


def test_a_refused_model_leaves_a_run_that_says_so_and_why(mlflow: MlflowServer, tmp_path: Path):
    gate_folder(tmp_path, failures=(TOO_LOW,))
    assert _step(evaluation_folder(tmp_path), mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert (run.info["status"], run.tags["gate"], run.tags["gate_text"]) == ("FINISHED", "refused", TOO_LOW.text)


def test_the_run_is_the_one_that_the_training_left(mlflow: MlflowServer, tmp_path: Path):
    given = ["--model", str(archive_folder(tmp_path))]
    assert track_training(given, step_variables(mlflow.url)) == 0
    (before,) = [set(run.metrics) for run in mlflow.runs.values()]
    assert _step(evaluation_folder(tmp_path), mlflow.url) == 0
    (run,) = mlflow.runs.values()
    added = {key.partition("/")[0] for key, *_ in run.metrics - before}
    assert (before <= run.metrics, added, run.tags["gate"]) == (True, {"test"}, "passed")


def test_what_training_measured_is_recorded_by_epoch(mlflow: MlflowServer, tmp_path: Path):
    assert _step(evaluation_folder(tmp_path), mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert {(key, value, step) for key, value, step, _ in run.metrics if not key.startswith("test/")} == {
        ("train/loss", 2.5, 1),
        ("train/loss", 4.9e-05, 2),
        ("validation/queue/accuracy", 0.4, 1),
        ("validation/queue/accuracy", 0.6, 2),
        ("train/seconds", 12.5, 0),
    }


def test_what_was_measured_on_newer_mails_stands_beside_it(mlflow: MlflowServer, tmp_path: Path):
    folder = evaluation_folder(tmp_path)
    (folder / "recent").mkdir()
    recent = evaluation_to_json(evaluation_of({"queue": 0.7}))
    (folder / "recent" / "evaluation.json").write_text(recent, encoding="utf-8")
    assert _step(folder, mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert {key: value for key, value, *_ in run.metrics if key.endswith("queue/macro_f1")} == {
        "test/queue/macro_f1": 0.9,
        "recent/queue/macro_f1": 0.7,
    }


def test_several_fine_tunings_are_told_apart_and_a_diverged_one_is_recorded(mlflow: MlflowServer, tmp_path: Path):
    folder = evaluation_folder(tmp_path)
    runs = {name: {"history": [{"epoch": 1.0, "train:loss": float("nan")}]} for name in ("queue", "topic")}
    (folder / "metrics.json").write_text(json.dumps({"runs": runs}), encoding="utf-8")
    assert _step(folder, mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert {(key, value) for key, value, step, _ in run.metrics if step == 1} == {
        ("queue/train/loss", "NaN"),
        ("topic/train/loss", "NaN"),
    }


def test_reports_and_confusion_matrices_are_kept_with_the_run(mlflow: MlflowServer, tmp_path: Path):
    assert _step(evaluation_folder(tmp_path), mlflow.url) == 0
    kept = {path.removeprefix("7/run-1/artifacts/"): kind for path, (_, kind) in mlflow.files.items()}
    assert kept == {
        "report.html": "text/html",
        "evaluation.json": "application/json",
        "comparison.json": "application/json",
        "metrics.json": "application/json",
        "model.json": "application/json",
        "model_card.json": "application/json",
        "confusion/queue.json": "application/json",
        "confusion/queue.png": "image/png",
    }
    assert json.loads(mlflow.files["7/run-1/artifacts/confusion/queue.json"][0]) == {"labels": ["a"], "counts": [[1]]}
    assert mlflow.files["7/run-1/artifacts/confusion/queue.png"][0].startswith(b"\x89PNG")


def test_a_step_that_is_tried_again_goes_on_with_its_run_and_changes_nothing(mlflow: MlflowServer, tmp_path: Path):
    folder = evaluation_folder(tmp_path)
    assert _step(folder, mlflow.url) == 0
    (first,) = [set(run.metrics) for run in mlflow.runs.values()]
    assert _step(folder, mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert (run.metrics, run.info["status"]) == (first, "FINISHED")


def test_another_execution_is_another_run_of_the_same_experiment(mlflow: MlflowServer, tmp_path: Path):
    folder = evaluation_folder(tmp_path)
    for execution in ("execution-1", "execution-2"):
        assert _step(folder, mlflow.url, PIPELINE_EXECUTION=execution) == 0
    assert mlflow.paths.count("experiments/create") == 1
    assert [run.tags["pipeline_execution"] for run in mlflow.runs.values()] == ["execution-1", "execution-2"]


def test_an_experiment_that_somebody_deleted_is_brought_back(mlflow: MlflowServer, tmp_path: Path):
    mlflow.experiments["mailroom-dev"] = {"experiment_id": "7", "lifecycle_stage": "deleted"}
    assert _step(evaluation_folder(tmp_path), mlflow.url) == 0
    assert mlflow.experiments["mailroom-dev"]["lifecycle_stage"] == "active"


def test_no_call_holds_more_than_mlflow_takes(mlflow: MlflowServer, tmp_path: Path):
    folder = evaluation_folder(tmp_path)
    history = [{"epoch": float(epoch), "train:loss": 1.0 / epoch} for epoch in range(1, 2101)]
    (folder / "metrics.json").write_text(json.dumps({"runs": {"all": {"history": history}}}), encoding="utf-8")
    model = json.loads((folder / "model.json").read_text())
    model["facts"]["hyperparameters"] = {f"setting_{number}": number for number in range(230)}
    model["facts"]["long"] = "x" * 9000
    (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
    assert _step(folder, mlflow.url) == 0
    batches = [content for path, content in mlflow.calls if path == "runs/log-batch"]
    assert max(len(batch.get("metrics", ())) for batch in batches) == 1000
    assert max(len(batch.get("params", ())) for batch in batches) == 100
    (run,) = mlflow.runs.values()
    assert (len(run.params), len([key for key, *_ in run.metrics if key == "train/loss"])) == (230, 2100)
    assert max(map(len, run.tags.values())) == 5000


def test_a_busy_server_is_asked_again(mlflow: MlflowServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server_module, "_PAUSES", (0.0, 0.0, 0.0))
    mlflow.busy = 3
    assert _step(evaluation_folder(tmp_path), mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert run.info["status"] == "FINISHED"


def test_a_run_that_could_not_be_written_whole_is_marked_and_does_not_hold_the_model_back(
    mlflow: MlflowServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    mlflow.refuse = "runs/log-batch"
    assert _step(evaluation_folder(tmp_path), mlflow.url) == 0
    (run,) = mlflow.runs.values()
    assert run.info["status"] == "FAILED"
    assert json.loads(capsys.readouterr().err) == {
        "level": "error",
        "event": "run_not_recorded",
        "experiment": "mailroom-dev",
        "execution": "execution-1",
        "cause": "refused",
        "reason": "MLflow refuses runs/log-batch (400 INVALID_PARAMETER_VALUE).",
    }


def test_a_server_that_does_not_answer_is_told_and_does_not_hold_the_model_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with mlflow_server() as gone:
        url = gone.url
    assert _step(evaluation_folder(tmp_path), url) == 0
    told = json.loads(capsys.readouterr().err)
    assert (told["event"], told["cause"]) == ("run_not_recorded", "unreachable")
    assert told["reason"].startswith("MLflow does not answer")


def test_a_server_that_stays_busy_is_away_and_does_not_refuse(
    mlflow: MlflowServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(server_module, "_PAUSES", ())
    mlflow.busy = 1
    assert _step(evaluation_folder(tmp_path), mlflow.url) == 0
    told = json.loads(capsys.readouterr().err)
    assert (told["cause"], told["reason"]) == ("unreachable", "MLflow refuses experiments/get-by-name (503).")


@pytest.mark.parametrize("name", step_variables(APP))
def test_a_missing_variable_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str):
    assert _step(tmp_path, APP, **{name: ""}) == 2
    assert capsys.readouterr().err == f"error: the step's variable {name} is not set.\n"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("evaluation/evaluation.json", "evaluation.json of the folder evaluation is missing, or no evaluation."),
        ("evaluation/model.json", "model.json of the folder evaluation is missing, or is no JSON."),
        ("evaluation/metrics.json", "metrics.json of the folder evaluation is missing, or is no JSON."),
        ("evaluation/champion/champion.json", "champion.json of the folder champion is missing, or is no JSON."),
        ("gate/gate.json", "gate.json of the folder gate is missing, or is no JSON."),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, sentence: str):
    folder = evaluation_folder(tmp_path)
    gate_folder(tmp_path)
    (tmp_path / name).write_text("[", encoding="utf-8")
    assert _step(folder, "http://127.0.0.1:9") == 2
    assert capsys.readouterr().err == f"error: {sentence}\n"


def test_a_verdict_that_is_none_is_not_recorded(
    mlflow: MlflowServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = evaluation_folder(tmp_path)
    (gate_folder(tmp_path) / "gate.json").write_text('{"verdict": "perhaps", "text": ""}', encoding="utf-8")
    assert (_step(folder, mlflow.url), mlflow.calls) == (2, [])
    told = "model.json, metrics.json, champion.json or gate.json is not what the earlier steps write."
    assert capsys.readouterr().err == f"error: {told}\n"
