"""What is recorded of an experiment in MLflow once its job has ended."""

import io
import json
import os
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from account import Account

from experiments.launch import main

HISTORY = {"runs": {"all": {"history": [{"epoch": 1.0, "train:loss": 2.5}, {"epoch": 2.0, "train:loss": 4.9e-05}]}}}


def _started(account: Account) -> str:
    """The name of a job that was started and not waited for, and has left its metrics."""
    assert main(["--env", "dev", "--set", "epochs=2", "--no-wait"], os.environ) == 0
    assert account.mlflow == []
    (job,) = account.started
    name: str = job["TrainingJobName"]
    root = job["OutputDataConfig"]["S3OutputPath"].removeprefix("s3://")
    account.objects[f"{root}/{name}/output/output.tar.gz"] = _packed("metrics.json", json.dumps(HISTORY).encode())
    return name


def _packed(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _record(job: str) -> int:
    return main(["--env", "dev", "--record", job], os.environ)


def test_settings_and_what_each_epoch_measured_are_recorded_beside_the_pipelines_runs(account: Account):
    job = _started(account)
    assert _record(job) == 0
    calls = dict(account.mlflow)
    assert calls["runs/create"]["run_name"] == job
    logged = [content for path, content in account.mlflow if path == "runs/log-batch"]
    assert [(one["key"], one["value"], one["step"]) for one in logged[0]["metrics"]] == [
        ("train/loss", 2.5, 1),
        ("train/loss", 4.9e-05, 2),
    ]
    params = {one["key"]: one["value"] for one in logged[1]["params"]}
    assert params == {"epochs": "4", "tasks": "queue,topic", "overrides": '{"epochs": "2"}'}
    tags = {one["key"]: one["value"] for one in logged[2]["tags"]}
    assert (tags["kind"], tags["channel.train"]) == ("experiment", "s3://datasets-bucket/prepared/february")
    assert calls["runs/update"]["status"] == "FINISHED"


@pytest.mark.parametrize(("said", "recorded"), [("Failed", "FAILED"), ("Stopped", "KILLED")])
def test_a_job_that_failed_and_left_nothing_is_recorded_as_such(account: Account, said: str, recorded: str):
    job = _started(account)
    account.objects.clear()
    account.job_statuses = [said]
    assert _record(job) == 0
    assert dict(account.mlflow)["runs/update"]["status"] == recorded


def test_a_job_that_has_not_ended_is_not_recorded(account: Account, capsys: pytest.CaptureFixture[str]):
    job = _started(account)
    account.job_statuses = ["InProgress"]
    assert _record(job) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (f"The training job {job} has not ended: record it when it has.")
    assert account.mlflow == []


def test_without_an_mlflow_app_it_is_said_that_nothing_is_recorded(
    serve: Callable[..., Account], whole: dict[str, Any], capsys: pytest.CaptureFixture[str]
):
    without = {**whole, "Steps": [step for step in whole["Steps"] if step["Name"] != "track"]}
    server = serve(without)
    assert _record(_started(server)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "There is no MLflow app in this environment, so the experiment is not recorded."
    )
