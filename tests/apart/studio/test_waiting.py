"""A launch that waits: the job's log, how the job ended, and its record in any case."""

import os
from typing import Any

import pytest
from account import EXPIRED, Account

from experiments import following
from experiments.launch import main


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_LOOK_SECONDS", 0.0)


def _launch(*arguments: str) -> int:
    return main(["--env", "dev", *arguments], os.environ)


def _job(account: Account) -> str:
    (request,) = account.started
    name: str = request["TrainingJobName"]
    return name


def _recorded_as(account: Account) -> str:
    status: str = dict(account.mlflow)["runs/update"]["status"]
    return status


def test_each_line_of_the_log_is_shown_once_and_then_the_run(account: Account, capsys: pytest.CaptureFixture[str]):
    # The SDK looks once by itself as it starts the job.
    account.job_statuses = ["InProgress", "InProgress", "InProgress", "Completed"]
    account.printed = [["epoch=1"], ["epoch=2", "epoch=2 again"], ["model_version=m-1"]]
    assert _launch() == 0
    job = _job(account)
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"Training job: {job}",
        "epoch=1",
        "epoch=2",
        "epoch=2 again",
        "model_version=m-1",
        f"The training job {job} is done.",
        "MLflow run run-1",
    ]
    assert {(one["logGroupName"], one["logStreamNamePrefix"]) for one in account.log_calls} == {
        ("/aws/sagemaker/TrainingJobs", f"{job}/")
    }
    assert _recorded_as(account) == "FINISHED"


@pytest.mark.parametrize(
    ("status", "facts", "sentence", "recorded"),
    [
        (
            "Failed",
            {"FailureReason": "AlgorithmError: Too few mails."},
            "failed: AlgorithmError: Too few mails.",
            "FAILED",
        ),
        ("Failed", {}, "failed: SageMaker does not say why.", "FAILED"),
        ("Stopped", {}, "was stopped.", "KILLED"),
        (
            "Stopped",
            {"SecondaryStatus": "MaxRuntimeExceeded"},
            "was stopped: it ran for longer than it may.",
            "KILLED",
        ),
        (
            "Stopped",
            {"SecondaryStatus": "MaxWaitTimeExceeded"},
            "was stopped: it waited for a spare machine for longer than it may.",
            "KILLED",
        ),
    ],
)
def test_a_job_without_a_model_is_one_sentence_and_recorded_all_the_same(
    account: Account,
    capsys: pytest.CaptureFixture[str],
    status: str,
    facts: dict[str, Any],
    sentence: str,
    recorded: str,
):
    account.job_statuses, account.job_facts = [status], facts
    assert _launch() == 1
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == f"The training job {_job(account)} {sentence}"
    assert (said.out.splitlines()[-1], _recorded_as(account)) == ("MLflow run run-1", recorded)


def test_from_a_laptop_that_mlflow_lets_not_in_the_job_is_done_and_studio_records_it(
    account: Account, capsys: pytest.CaptureFixture[str]
):
    account.mlflow_status = 403
    assert _launch() == 1
    job = _job(account)
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == f"The training job {job} is done."
    assert said.err.splitlines()[-1] == (
        f"The training job {job} has ended; MLflow takes its record from inside the network alone, or from the "
        f"networks of studio.networks. Record it from Studio: make experiment ENV=dev RECORD={job}"
    )


def test_another_refusal_of_mlflows_says_how_to_try_again(account: Account, capsys: pytest.CaptureFixture[str]):
    account.mlflow_status = 400
    assert _launch() == 1
    job = _job(account)
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"The experiment {job} was not recorded: MLflow refuses experiments/get-by-name (400). "
        f"Try again: make experiment ENV=dev RECORD={job}"
    )


def test_who_does_not_wait_is_told_how_to_record_it(account: Account, capsys: pytest.CaptureFixture[str]):
    assert _launch("--no-wait") == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"Record it when it has ended: make experiment ENV=dev RECORD={_job(account)}"
    )


def _goes_on(account: Account, said: str, cause: str) -> None:
    job = _job(account)
    assert said == (
        f"The training job {job} goes on{cause} Record it when it has ended: make experiment ENV=dev RECORD={job}"
    )
    assert account.mlflow == []


def test_who_stops_watching_leaves_the_job_running(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    account.job_statuses = ["InProgress"]
    monkeypatch.setattr(following.time, "sleep", interrupted)
    assert _launch() == 1
    _goes_on(account, capsys.readouterr().err.splitlines()[-1], ".")


def test_credentials_that_expire_meanwhile_leave_it_running_too(account: Account, capsys: pytest.CaptureFixture[str]):
    account.job_statuses = ["InProgress", "InProgress", EXPIRED]
    assert _launch() == 1
    refusal = (
        "An error occurred (ExpiredTokenException) when calling the DescribeTrainingJob operation: It has expired."
    )
    _goes_on(account, capsys.readouterr().err.splitlines()[-1], f" unwatched: {refusal}")
