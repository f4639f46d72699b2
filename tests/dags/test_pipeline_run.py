"""One execution of the pipeline: started once, and what its steps say.

The answers are botocore's stubs, which hold each request against SageMaker's own model: moto starts executions without
looking at the token, and never ends one.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mailroom_retrain_helpers.pipeline_run import (
    ended,
    registered,
    request_token,
    start,
    step_reason,
    steps_of,
)

ARN = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mailroom-dev/execution/abcdefghijkl"


@pytest.fixture
def sagemaker() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client(
        "sagemaker", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


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


@pytest.mark.parametrize(
    ("status", "is_over"),
    [("Executing", False), ("Stopping", False), ("Succeeded", True), ("Failed", True), ("Stopped", True)],
)
def test_an_execution_has_ended_when_it_neither_runs_nor_is_being_stopped(
    sagemaker: tuple[Any, Stubber], status: str, is_over: bool
):
    client, stub = sagemaker
    stub.add_response("describe_pipeline_execution", {"PipelineExecutionStatus": status}, {"PipelineExecutionArn": ARN})
    assert ended(client, ARN) is is_over


GATE_SAID = {"Fail": {"ErrorMessage": "The gate refused: queue lost 0.03"}}


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"FailureReason": "no disk"}, "no disk"),
        ({"Metadata": GATE_SAID}, "The gate refused: queue lost 0.03"),
        ({"FailureReason": "no disk", "Metadata": GATE_SAID}, "no disk"),
        ({"Metadata": {"ProcessingJob": {"Arn": "arn:job"}}}, None),
        ({"Metadata": None}, None),
        ({}, None),
    ],
)
def test_a_step_s_reason_is_its_own_or_the_message_of_a_fail_step(step: dict[str, Any], reason: str | None):
    assert step_reason(step) == reason


def test_the_registered_version_is_found_among_steps_of_any_kind():
    model = {"Metadata": {"RegisterModel": {"Arn": "arn:model"}}}
    assert registered([{}, {"Metadata": GATE_SAID}, model, {"Metadata": None}]) == "arn:model"
    assert registered([{}, {"Metadata": GATE_SAID}]) is None


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
