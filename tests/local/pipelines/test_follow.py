"""An execution as a person watches it: on answers of SageMaker's form, with no more in them than it promises."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.pipelines.follow import EndState, follow, step_line

EXECUTION = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mailroom-dev/execution/1a2b3c4d5e6f"
PACKAGE = "arn:aws:sagemaker:eu-central-1:111122223333:model-package/mailroom-dev/3"
BEGUN = datetime(2026, 3, 2, 3, 0, 0, tzinfo=UTC)
ENDED = datetime(2026, 3, 2, 3, 1, 30, tzinfo=UTC)


class Answers:
    """An account whose SageMaker answers once: an execution that has ended, and its steps."""

    def __init__(self, execution: dict[str, Any], steps: list[dict[str, Any]]) -> None:
        self.sagemaker = boto3.client(
            "sagemaker", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        self.stubber = Stubber(self.sagemaker)
        self.stubber.add_response("describe_pipeline_execution", execution, {"PipelineExecutionArn": EXECUTION})
        self.stubber.add_response(
            "list_pipeline_execution_steps",
            {"PipelineExecutionSteps": steps},
            {"PipelineExecutionArn": EXECUTION, "SortOrder": "Ascending"},
        )
        self.stubber.activate()

    def client(self, service: str) -> Any:
        assert service == "sagemaker"
        return self.sagemaker


def followed(execution: dict[str, Any], *steps: dict[str, Any]) -> tuple[EndState, list[str]]:
    """How the execution ended, and what was said."""
    lines: list[str] = []
    answers = Answers(execution, list(steps))
    end = follow(answers, EXECUTION, say=lines.append)
    answers.stubber.assert_no_pending_responses()
    return end, lines


def test_a_run_that_succeeds_is_its_steps_and_what_it_registered():
    end, lines = followed(
        {"PipelineExecutionStatus": "Succeeded"},
        {
            "StepName": "train",
            "StepStatus": "Succeeded",
            "StartTime": BEGUN,
            "EndTime": ENDED,
            "Metadata": {"TrainingJob": {"Arn": "arn:aws:sagemaker:eu-central-1:111122223333:training-job/a"}},
        },
        {"StepName": "register", "StepStatus": "Succeeded", "Metadata": {"RegisterModel": {"Arn": PACKAGE}}},
    )
    assert end == EndState(status="Succeeded", reason=None, reasons={}, model_package=PACKAGE)
    assert lines == ["train        Succeeded   90.0 s", "register     Succeeded"]


def test_a_step_whose_job_could_not_be_made_has_neither_metadata_nor_a_start_and_is_told_all_the_same():
    end, lines = followed(
        {"PipelineExecutionStatus": "Failed", "FailureReason": "Step failure."},
        {
            "StepName": "prepare",
            "StepStatus": "Failed",
            "EndTime": ENDED,
            "FailureReason": "ClientError: AccessDeniedException",
        },
    )
    assert end == EndState(
        status="Failed",
        reason="Step failure.",
        reasons={"prepare": "ClientError: AccessDeniedException"},
        model_package=None,
    )
    assert lines == ["prepare      Failed\n  ClientError: AccessDeniedException"]


def test_what_the_gate_refused_is_read_where_a_fail_step_is_promised_to_say_it():
    sentence = "queue: macro-F1 fell by 0.08; 0.05 is allowed."
    end, lines = followed(
        {"PipelineExecutionStatus": "Failed"},
        {"StepName": "refuse", "StepStatus": "Failed", "Metadata": {"Fail": {"ErrorMessage": sentence}}},
    )
    assert end.reasons == {"refuse": sentence}
    assert lines == [f"refuse       Failed\n  {sentence}"]


@pytest.mark.parametrize("metadata", [{}, {"RegisterModel": {}}])
def test_a_version_is_registered_when_its_arn_is_there(metadata: dict[str, Any]):
    end, _ = followed(
        {"PipelineExecutionStatus": "Stopped"},
        {"StepName": "register", "StepStatus": "Stopped", "Metadata": metadata},
    )
    assert end == EndState(status="Stopped", reason=None, reasons={}, model_package=None)


def test_a_step_that_runs_has_no_time_yet():
    assert step_line({"StepName": "train", "StepStatus": "Executing", "StartTime": BEGUN}) == "train        Executing"
