"""`make experiment`: the request that SageMaker gets, set beside that of the pipeline's own training step."""

import copy
import io
import json
import os
import re
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from account import Account, Execution

from experiments.launch import main

STAMP = r"[0-9]{8}-[0-9]{6}"


def _launch(*arguments: str) -> int:
    return main(["--env", "dev", *arguments], os.environ)


def _step(whole: dict[str, Any], name: str) -> dict[str, Any]:
    (step,) = (step for step in whole["Steps"] if step["Name"] == name)
    return step["Arguments"]


def _differences(step: Any, request: Any, path: str = "") -> dict[str, Any]:
    """Where the request is not word for word what the pipeline's step says."""
    if isinstance(step, dict) and isinstance(request, dict) and not {"Get", "Std:Join"} & set(step):
        found: dict[str, Any] = {}
        for key in sorted(set(step) | set(request)):
            found |= _differences(step.get(key), request.get(key), f"{path}.{key}".strip("."))
        return found
    if isinstance(step, list) and isinstance(request, list) and len(step) == len(request):
        found = {}
        for number, (one, other) in enumerate(zip(step, request, strict=True)):
            found |= _differences(one, other, f"{path}[{number}]")
        return found
    return {} if step == request else {path: request}


def test_an_experiment_is_the_pipelines_training_job_but_for_what_is_its_own(account: Account, whole: dict[str, Any]):
    assert _launch("--set", "epochs=2", "--set", "learning_rate=4.9e-05", "--name", "lower-rate", "--no-wait") == 0
    (request,) = account.started
    differences = _differences(_step(whole, "train"), request)
    texts = {path: re.sub(STAMP, "STAMP", re.sub(r"[0-9]{14}$", "TIME", value)) for path, value in differences.items()}
    folder = "s3://artefacts-bucket/experiments/lower-rate-STAMP"
    assert texts == {
        "TrainingJobName": "mailroom-dev-experiment-lower-rate-TIME",
        "RoleArn": "arn:aws:iam::111122223333:role/mailroom-dev-experiment",
        # Code of the checkout, outputs and checkpoints: all where this role may write.
        "InputDataConfig[0].DataSource.S3DataSource.S3Uri": f"{folder}/source/training.tar.gz",
        "HyperParameters.sagemaker_submit_directory": "/opt/ml/input/data/code/training.tar.gz",
        "OutputDataConfig.S3OutputPath": folder,
        "CheckpointConfig.S3Uri": "s3://artefacts-bucket/experiments/checkpoints/lower-rate-STAMP",
        # What a run of the pipeline would fill in by itself.
        "HyperParameters.overrides": '{"epochs": "2", "learning_rate": "4.9e-05"}',
        "HyperParameters.tasks": "queue,topic",
        "InputDataConfig[1].DataSource.S3DataSource.S3Uri": "s3://datasets-bucket/prepared/february",
        "InputDataConfig[2].DataSource.S3DataSource.S3Uri": (
            "s3://artefacts-bucket/base-models/distilbert-base-german-cased/"
        ),
    }


def test_its_code_is_this_checkouts_packed_as_the_pipelines_is(account: Account):
    assert _launch("--no-wait") == 0
    (request,) = account.started
    uri = request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"]
    with tarfile.open(fileobj=io.BytesIO(account.objects[uri.removeprefix("s3://")])) as packed:
        names = set(packed.getnames())
    assert {"model/train.py", "mailroom/hyperparameters.py", "config/taxonomy.toml"} <= names
    assert request["HyperParameters"]["sagemaker_program"] in names


def test_a_dry_run_prints_the_request_and_starts_nothing(account: Account, capsys: pytest.CaptureFixture[str]):
    assert _launch("--dry-run", "--set", "epochs=2") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["EnableNetworkIsolation"] is True
    assert json.loads(printed["HyperParameters"]["overrides"]) == {"epochs": "2"}
    assert (account.started, account.objects, account.mlflow) == ([], {}, [])


def test_nothing_is_asked_of_aws_but_what_the_launch_needs(account: Account):
    assert _launch("--no-wait") == 0
    assert [action for action, _ in account.calls] == [
        "DescribePipeline",
        "ListPipelineExecutions",
        "ListPipelineExecutionSteps",  # of the newest, which has prepared nothing
        "ListPipelineExecutionSteps",
        "CreateTrainingJob",
        "DescribeTrainingJob",
    ]


@pytest.mark.parametrize(
    ("arguments", "execution"),
    [
        ((), "february"),
        (("--month", "2026-02"), "february"),  # of the run that started in March for the previous month
        (("--month", "2026-01"), "oldest"),
        (("--execution", "oldest"), "oldest"),
    ],
)
def test_the_data_are_those_of_the_newest_run_that_prepared_some_or_of_the_one_asked_for(
    account: Account, arguments: tuple[str, ...], execution: str
):
    assert _launch(*arguments, "--no-wait") == 0
    (request,) = account.started
    data = request["InputDataConfig"][1]["DataSource"]["S3DataSource"]["S3Uri"]
    assert data == f"s3://datasets-bucket/prepared/{execution}"


def test_what_has_expired_is_told_before_a_machine_is_paid_for(
    serve: Callable[..., Account], capsys: pytest.CaptureFixture[str]
):
    account = serve(executions=[Execution(name="february", is_kept=False)])
    assert _launch() == 2
    assert capsys.readouterr().err == (
        "What the run february prepared is no longer there, as datasets expire: "
        "run the pipeline for that month again.\n"
    )
    assert (account.started, account.objects) == ([], {})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("--month", "2026-03"),
            "No run of the pipeline mailroom-dev for 2026-03 has prepared a dataset: start the pipeline first.",
        ),
        (
            ("--execution", "none"),
            "No run of the pipeline mailroom-dev named none has prepared a dataset: start the pipeline first.",
        ),
        (("--set", "epochs"), "A setting must have the form NAME=VALUE, such as epochs=2."),
        (("--set", "epochs=-1"), "Hyperparameter epochs is -1; it must be from 0 to 1000."),
        (
            ("--name", "Lower_Rate"),
            "'Lower_Rate' is no name: take up to 24 small letters, digits and dashes, such as 'lower-rate'.",
        ),
        (("--env", "test"), "There is no environment 'test'; known are dev, prod."),
    ],
)
def test_what_cannot_be_is_one_sentence_before_anything_is_started(
    account: Account, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
):
    assert _launch(*arguments) == 2
    assert capsys.readouterr().err.splitlines()[-1] == sentence
    assert (account.started, account.objects) == ([], {})


def test_credentials_of_another_account_start_nothing(
    serve: Callable[..., Account], capsys: pytest.CaptureFixture[str]
):
    elsewhere = serve(account="444455556666")
    assert _launch() == 2
    assert capsys.readouterr().err == (
        "These credentials are for the account 444455556666, and dev is 111122223333: take on a role there first.\n"
    )
    assert elsewhere.started == []


def test_a_pipeline_that_is_older_than_this_checkout_is_told(
    serve: Callable[..., Account], whole: dict[str, Any], capsys: pytest.CaptureFixture[str]
):
    older = copy.deepcopy(whole)
    older["Parameters"] = [one for one in older["Parameters"] if one["Name"] != "Hyperparameters"]
    serve(older)
    assert _launch() == 2
    assert capsys.readouterr().err == (
        "The deployed pipeline knows no parameter 'Hyperparameters': deploy this checkout's stacks first.\n"
    )


def test_a_part_of_the_job_that_the_launcher_would_lose_stops_it(serve: Callable[..., Account], whole: dict[str, Any]):
    newer = copy.deepcopy(whole)
    _step(newer, "train")["Environment"] = {"NAME": "value"}
    serve(newer)
    with pytest.raises(ValueError, match=r"has Environment, which experiments/trainer\.py does not hand on"):
        _launch("--no-wait")
