"""One execution of the pipeline: started once, and only success is success.

The answers are botocore's stubs, which hold each request against SageMaker's own model: moto starts executions without
looking at the token, and never ends one.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mailroom_retrain_helpers.errors import TrainingError
from mailroom_retrain_helpers.pipeline_run import finished, request_token, start, steps_of

ARN = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mailroom-dev/execution/abcdefghijkl"


@pytest.fixture
def sagemaker() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client(
        "sagemaker", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def _ends(stub: Stubber, status: str, *steps: dict[str, Any], reason: str | None = None) -> None:
    answer: dict[str, Any] = {"PipelineExecutionStatus": status} | ({"FailureReason": reason} if reason else {})
    stub.add_response("describe_pipeline_execution", answer, {"PipelineExecutionArn": ARN})
    if status not in ("Succeeded", "Executing", "Stopping"):
        stub.add_response("list_pipeline_execution_steps", {"PipelineExecutionSteps": list(steps)})


def test_every_try_of_a_run_has_the_same_token_and_no_other_run_has_it():
    token = request_token("monthly_retrain", "scheduled__2026-04-02T03:00:00+00:00")
    assert token == request_token("monthly_retrain", "scheduled__2026-04-02T03:00:00+00:00")
    assert token != request_token("monthly_retrain", "scheduled__2026-05-02T03:00:00+00:00")
    assert len(token) == 64


def test_the_pipeline_is_started_with_month_parameters_and_token(sagemaker: tuple[Any, Stubber]):
    client, stub = sagemaker
    stub.add_response(
        "start_pipeline_execution",
        {"PipelineExecutionArn": ARN},
        {
            "PipelineName": "mailroom-dev",
            "PipelineExecutionDisplayName": "monthly-2026-03",
            "PipelineExecutionDescription": "Started by Airflow, DAG monthly_retrain",
            "PipelineParameters": [
                {"Name": "ExportMonth", "Value": "2026-03"},
                {"Name": "BaseModel", "Value": "base-models/small"},
            ],
            "ClientRequestToken": "t" * 64,
        },
    )
    started = start(
        client,
        pipeline_name="mailroom-dev",
        month="2026-03",
        parameters={"BaseModel": "base-models/small"},
        token="t" * 64,
    )
    assert started == ARN


@pytest.mark.parametrize("status", ["Executing", "Stopping"])
def test_a_running_execution_is_not_finished(sagemaker: tuple[Any, Stubber], status: str):
    client, stub = sagemaker
    _ends(stub, status)
    assert finished(client, ARN) is False


def test_an_execution_that_succeeded_is_finished(sagemaker: tuple[Any, Stubber]):
    client, stub = sagemaker
    _ends(stub, "Succeeded")
    assert finished(client, ARN) is True


def test_a_stopped_execution_is_a_failure(sagemaker: tuple[Any, Stubber]):
    client, stub = sagemaker
    _ends(stub, "Stopped", {"StepName": "train", "StepStatus": "Stopped"})
    with pytest.raises(TrainingError) as error:
        finished(client, ARN)
    assert str(error.value) == "The training pipeline's execution is Stopped; no new model came of it."


def test_a_failed_execution_tells_which_step_failed_and_why(sagemaker: tuple[Any, Stubber]):
    client, stub = sagemaker
    _ends(
        stub,
        "Failed",
        {"StepName": "train", "StepStatus": "Succeeded"},
        {"StepName": "refused", "StepStatus": "Failed", "FailureReason": "topic lost 0.03, the margin is 0.01"},
        reason="Step failure: One or multiple steps failed.",
    )
    with pytest.raises(TrainingError) as error:
        finished(client, ARN)
    assert str(error.value) == (
        "The training pipeline's execution is Failed (refused: topic lost 0.03, the margin is 0.01); no new model came "
        "of it."
    )


def test_a_failure_after_the_registration_tells_the_model_that_is_registered(sagemaker: tuple[Any, Stubber]):
    client, stub = sagemaker
    model = "arn:aws:sagemaker:eu-central-1:111122223333:model-package/mailroom-dev/7"
    _ends(
        stub,
        "Failed",
        {"StepName": "register", "StepStatus": "Succeeded", "Metadata": {"RegisterModel": {"Arn": model}}},
        {"StepName": "track", "StepStatus": "Failed", "FailureReason": "the server is away"},
    )
    with pytest.raises(TrainingError) as error:
        finished(client, ARN)
    assert str(error.value) == (
        f"The training pipeline's execution is Failed (track: the server is away); it had registered {model} before."
    )


def test_a_failure_before_any_step_tells_the_execution_s_own_reason(sagemaker: tuple[Any, Stubber]):
    client, stub = sagemaker
    _ends(stub, "Failed", reason="The role cannot be assumed.")
    with pytest.raises(TrainingError, match=r"is Failed \(The role cannot be assumed\.\); no new model"):
        finished(client, ARN)


def test_all_pages_of_steps_are_listed(sagemaker: tuple[Any, Stubber]):
    client, stub = sagemaker
    first = {"PipelineExecutionArn": ARN, "SortOrder": "Ascending"}
    stub.add_response(
        "list_pipeline_execution_steps", {"PipelineExecutionSteps": [{"StepName": "prepare"}], "NextToken": "2"}, first
    )
    stub.add_response(
        "list_pipeline_execution_steps", {"PipelineExecutionSteps": [{"StepName": "train"}]}, first | {"NextToken": "2"}
    )
    assert [step["StepName"] for step in steps_of(client, ARN)] == ["prepare", "train"]
