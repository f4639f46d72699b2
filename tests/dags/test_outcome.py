"""What became of an execution, read from the account."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from mailroom_retrain_helpers.outcome import Outcome, Registered, Score, outcome_of
from tests.dags.retrained import (
    ALONE,
    BESIDE,
    COMPARISON,
    EVALUATION,
    EXECUTION,
    PACKAGE,
    REFUSAL,
    REFUSED,
    REGISTERED,
    STOPPED,
    step,
)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="artefacts")
        yield client


def _left(s3: Any, evaluation: Mapping[str, Any], comparison: Mapping[str, Any]) -> None:
    for name, content in (("evaluation.json", evaluation), ("comparison.json", comparison)):
        s3.put_object(Bucket="artefacts", Key=f"evaluations/abcdefghijkl/{name}", Body=json.dumps(content).encode())


def _outcome(
    s3: Any, status: str, steps: Sequence[Mapping[str, Any]], *, reason: str | None = None, approval: str | None = None
) -> Outcome:
    sagemaker = boto3.client("sagemaker", region_name="eu-central-1")
    with Stubber(sagemaker) as stub:
        said = {"PipelineExecutionStatus": status} | ({"FailureReason": reason} if reason else {})
        stub.add_response("describe_pipeline_execution", said, {"PipelineExecutionArn": EXECUTION})
        stub.add_response("list_pipeline_execution_steps", {"PipelineExecutionSteps": list(steps)})
        if approval is not None:
            package = {
                "ModelPackageName": "mailroom-prod",
                "ModelPackageArn": PACKAGE,
                "CreationTime": 0,
                "ModelPackageStatus": "Completed",
                "ModelPackageStatusDetails": {"ValidationStatuses": []},
                "ModelApprovalStatus": approval,
                "CustomerMetadataProperties": {"model_version": "m-1234"},
            }
            stub.add_response("describe_model_package", package, {"ModelPackageName": PACKAGE})
        found = outcome_of(sagemaker, s3, bucket="artefacts", execution_arn=EXECUTION)
        stub.assert_no_pending_responses()
    return found


def test_a_registered_version_comes_with_its_scores_beside_the_champion_s(s3: Any):
    _left(s3, EVALUATION, BESIDE)
    assert _outcome(s3, "Succeeded", REGISTERED, approval="PendingManualApproval") == Outcome(
        execution_arn=EXECUTION,
        status="Succeeded",
        steps=REGISTERED,
        reason=None,
        model=Registered(arn=PACKAGE, approval="PendingManualApproval", facts={"model_version": "m-1234"}),
        scores={
            "queue": Score(macro_f1=0.91234, champion=0.9, difference=0.0123),
            # A task that the champion was not measured on.
            "topic": Score(macro_f1=0.5, champion=None, difference=None),
        },
        comparison=COMPARISON,
    )


def test_a_first_model_s_scores_stand_alone(s3: Any):
    _left(s3, EVALUATION, ALONE)
    assert _outcome(s3, "Succeeded", REGISTERED, approval="Approved").scores == {
        "queue": Score(macro_f1=0.91234, champion=None, difference=None),
        "topic": Score(macro_f1=0.5, champion=None, difference=None),
    }


def test_a_refusal_tells_the_gate_s_words_and_the_scores_that_led_to_it(s3: Any):
    _left(s3, EVALUATION, BESIDE)
    found = _outcome(s3, "Failed", REFUSED, reason="Step failure: One or multiple steps failed.")
    assert (found.reason, found.model) == (f"refuse: {REFUSAL}", None)
    assert (set(found.scores), found.comparison) == ({"queue", "topic"}, COMPARISON)


def test_what_was_stopped_before_the_evaluation_has_no_scores_to_read(s3: Any):
    assert _outcome(s3, "Stopped", STOPPED) == Outcome(
        execution_arn=EXECUTION,
        status="Stopped",
        steps=STOPPED,
        reason=None,
        model=None,
        scores={},
        comparison=None,
    )


def test_a_failure_before_any_step_tells_the_execution_s_own_reason(s3: Any):
    assert _outcome(s3, "Failed", [], reason="The role cannot be assumed.").reason == "The role cannot be assumed."


def test_a_failed_step_without_a_reason_is_named(s3: Any):
    assert _outcome(s3, "Failed", [step("train", "Failed")]).reason == "train: no reason given"
