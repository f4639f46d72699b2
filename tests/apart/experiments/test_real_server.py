"""The tracking steps against MLflow's own server, as `make experiments` starts it, and read back over its REST API."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import background
from local.experiments.background import start
from model.track.__main__ import main as track
from model.track.server import MlflowServer, server_at
from model.track.verdict import main as track_verdict
from tests.support.tracked_run import APP, archive_folder, evaluation_folder, gate_folder, step_variables


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("run")
    yield folder
    background.stop(folder / "processes.json")


@pytest.fixture(scope="module")
def url(run_dir: Path) -> str:
    return start(run_dir, record=run_dir / "processes.json")


@pytest.fixture(scope="module")
def recorded(url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The run that the steps left, each tried twice; the app's ARN stands for the server."""
    folder = tmp_path_factory.mktemp("left")
    evaluation = evaluation_folder(folder, champion={"queue": 0.8})
    model, gate = archive_folder(folder), gate_folder(folder)
    variables = step_variables(APP) | {"AWS_ENDPOINT_URL_SAGEMAKER_MLFLOW": url}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        for _ in range(2):
            assert track(["--model", str(model)], variables) == 0
        for _ in range(2):
            assert track_verdict(["--evaluation", str(evaluation), "--gate", str(gate)], variables) == 0
    server = server_at(url, {})
    experiment = server.call("GET", "experiments/get-by-name", {"experiment_name": "mailroom-dev"})["experiment"]
    (run,) = server.call("POST", "runs/search", {"experiment_ids": [experiment["experiment_id"]]})["runs"]
    return run


def _history(server: MlflowServer, run: dict[str, Any], key: str) -> list[tuple[int, float]]:
    asked = {"run_id": run["info"]["run_id"], "metric_key": key}
    return [(one["step"], one["value"]) for one in server.call("GET", "metrics/get-history", asked)["metrics"]]


def test_two_steps_that_were_each_tried_twice_left_one_finished_run(recorded: dict[str, Any]):
    assert (recorded["info"]["run_name"], recorded["info"]["status"]) == ("2026-04-01.1a2b3c4d", "FINISHED")
    assert recorded["data"]["params"] == [{"key": "epochs", "value": "4"}]
    tags = {tag["key"]: tag["value"] for tag in recorded["data"]["tags"]}
    assert (tags["pipeline_execution"], tags["gate"]) == ("execution-1", "passed")


def test_what_was_measured_after_each_epoch_is_a_curve(url: str, recorded: dict[str, Any]):
    server = server_at(url, {})
    assert _history(server, recorded, "train/loss") == [(1, 2.5), (2, 4.9e-05)]
    assert _history(server, recorded, "validation/queue/accuracy") == [(1, 0.4), (2, 0.6)]
    assert _history(server, recorded, "champion/queue/macro_f1") == [(0, 0.8)]


def test_report_and_confusion_matrix_can_be_opened(url: str, recorded: dict[str, Any]):
    root = f"{url}/get-artifact?run_uuid={recorded['info']['run_id']}&path="
    with urllib.request.urlopen(f"{root}report.html") as answer:
        assert answer.read() == b"<h1>Report</h1>"
    with urllib.request.urlopen(f"{root}confusion/queue.json") as answer:
        assert json.load(answer) == {"labels": ["a"], "counts": [[1]]}
    with urllib.request.urlopen(f"{root}confusion/queue.png") as answer:
        assert answer.read().startswith(b"\x89PNG")


def test_runs_are_there_again_at_the_same_address_after_the_server_was_ended(
    url: str, run_dir: Path, recorded: dict[str, Any]
):
    record = run_dir / "processes.json"
    assert background.stop(record) == 1
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{url}/health")
    assert start(run_dir, record=record) == url
    found = server_at(url, {}).call("GET", "runs/get", {"run_id": recorded["info"]["run_id"]})["run"]
    assert found == recorded


def test_a_server_that_runs_is_found_and_not_started_again(url: str, run_dir: Path):
    record = run_dir / "processes.json"
    before = background.recorded(record)
    assert start(run_dir, record=record) == url
    assert background.recorded(record) == before


def test_the_server_listens_to_this_machine_alone(url: str):
    assert url.startswith("http://127.0.0.1:")
