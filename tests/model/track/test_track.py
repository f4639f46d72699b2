"""Recording a run, against a small server that speaks as much of MLflow's REST API as is used."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from model.track.__main__ import main
from model.track.server import MlflowError, MlflowServer, server_at
from tests.support.evaluations import write_evaluation

APP = "arn:aws:sagemaker:eu-central-1:111122223333:mlflow-app/app-1"


class _Handler(BaseHTTPRequestHandler):
    server: "_Mlflow"

    def do_GET(self) -> None:
        url = urlparse(self.path)
        name = parse_qs(url.query)["experiment_name"][0]
        if name not in self.server.experiments:
            self._answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})
        else:
            self._answer(200, {"experiment": {"experiment_id": self.server.experiments[name]}})

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.removeprefix("/api/2.0/mlflow/")
        self.server.calls.append((path, content))
        if path == "experiments/create":
            self.server.experiments[content["name"]] = "7"
            self._answer(200, {"experiment_id": "7"})
        elif path == "runs/create":
            self._answer(200, {"run": {"info": {"run_id": "run-1"}}})
        else:
            self._answer(200, {})

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _Mlflow(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.experiments: dict[str, str] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def mlflow() -> Iterator[_Mlflow]:
    server = _Mlflow()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _environment(uri: str) -> dict[str, str]:
    return {
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_EXPERIMENT_NAME": "mailroom-dev",
        "RUN_NAME": "execution-1",
        "MODEL_ARCHIVE": "s3://artefacts/models/job/output/model.tar.gz",
        "EVALUATION": "s3://artefacts/evaluations/execution-1/report.html",
    }


def test_settings_scores_and_whereabouts_are_recorded_in_one_finished_run(mlflow: _Mlflow, tmp_path: Path):
    folder = write_evaluation(tmp_path / "evaluation", {"queue": 0.9}, champion={"queue": 0.8})
    assert main(["--evaluation", str(folder)], _environment(mlflow.url)) == 0
    assert [path for path, _ in mlflow.calls] == [
        "experiments/create",
        "runs/create",
        "runs/log-batch",
        "runs/update",
    ]
    calls = dict(mlflow.calls)
    assert (calls["runs/create"]["experiment_id"], calls["runs/create"]["run_name"]) == ("7", "execution-1")
    batch = calls["runs/log-batch"]
    scores = {metric["key"]: metric["value"] for metric in batch["metrics"]}
    assert (scores["test.queue.macro_f1"], scores["champion.queue.macro_f1"]) == (0.9, 0.8)
    assert batch["params"] == [{"key": "epochs", "value": "4"}]
    assert {tag["key"]: tag["value"] for tag in batch["tags"]} == {
        "model_version": "2026-04-01.1a2b3c4d",
        "taxonomy_version": "tiny-1",
        "data_fingerprint": "f" * 64,
        "training_mails": "48",
        "model_archive": "s3://artefacts/models/job/output/model.tar.gz",
        "report": "s3://artefacts/evaluations/execution-1/report.html",
    }
    assert calls["runs/update"]["status"] == "FINISHED"


def test_a_second_run_joins_the_experiment(mlflow: _Mlflow, tmp_path: Path):
    folder = write_evaluation(tmp_path / "evaluation", {"queue": 0.9})
    for _ in range(2):
        assert main(["--evaluation", str(folder)], _environment(mlflow.url)) == 0
    assert [path for path, _ in mlflow.calls].count("experiments/create") == 1
    assert [path for path, _ in mlflow.calls].count("runs/create") == 2


def test_a_server_that_does_not_answer_is_told_and_does_not_hold_the_model_back(
    mlflow: _Mlflow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = write_evaluation(tmp_path / "evaluation", {"queue": 0.9})
    url = mlflow.url
    mlflow.server_close()
    assert main(["--evaluation", str(folder)], _environment(url)) == 0
    assert capsys.readouterr().err.startswith("warning: the run was not recorded: MLflow does not answer")


def test_a_missing_variable_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--evaluation", str(tmp_path)], {**_environment(APP), "RUN_NAME": ""}) == 2
    assert capsys.readouterr().err == "error: the step's variable RUN_NAME is not set.\n"


def test_a_folder_without_evaluation_is_refused(tmp_path: Path):
    assert main(["--evaluation", str(tmp_path)], _environment("http://127.0.0.1:9")) == 2


def test_an_app_is_reached_through_its_region_and_calls_to_it_are_signed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    server = server_at(APP)
    assert server == MlflowServer(url="https://eu-central-1.experiments.sagemaker.aws", app=APP, region="eu-central-1")
    headers = server._request("POST", "runs/create", {"experiment_id": "1"}).headers
    assert headers["x-mlflow-sm-tracking-server-arn"] == APP
    assert "/eu-central-1/sagemaker-mlflow/aws4_request" in headers["Authorization"]
    assert "x-mlflow-sm-tracking-server-arn" in headers["Authorization"]


@pytest.mark.parametrize("uri", ["sqlite:///mlflow.db", "arn:aws:s3:::bucket", ""])
def test_any_other_place_is_refused(uri: str):
    with pytest.raises(MlflowError, match="must be the ARN of a SageMaker MLflow app or a server's URL"):
        server_at(uri)
