"""An execution as a person watches it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

LOOK_SECONDS = 0.5
_UNFINISHED = ("Executing", "Stopping")


@dataclass(frozen=True, kw_only=True)
class EndState:
    """How an execution ended. ``reasons``: of each failed step, by its name. ``model_package``: what was registered."""

    status: str
    reason: str | None
    reasons: Mapping[str, str]
    model_package: str | None

    @property
    def is_success(self) -> bool:
        """Every step that was to run has succeeded."""
        return self.status == "Succeeded"


class Clients(Protocol):
    """What hands out boto3 clients of one account."""

    def client(self, service: str) -> Any:
        """A client of a service, such as "sagemaker"."""


def follow(
    credentials: Clients, execution_arn: str, *, say: Callable[[str], None], look_seconds: float = LOOK_SECONDS
) -> EndState:
    """Say a line for each change of a step until the execution has ended; returns how it did.

    ``look_seconds`` lie between two looks: AWS limits how often it is asked. Works with SageMaker's own API calls only.
    Raises what boto3 raises.
    """
    sagemaker = credentials.client("sagemaker")
    told: dict[str, str] = {}
    while True:
        # The execution first: the steps are then those of its end, if it has ended.
        described = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution_arn)
        steps = _steps(sagemaker, execution_arn)
        for step in steps:
            if told.get(step["StepName"]) != step["StepStatus"]:
                told[step["StepName"]] = step["StepStatus"]
                say(step_line(step))
        if described["PipelineExecutionStatus"] not in _UNFINISHED:
            return _end_state(described, steps)
        time.sleep(look_seconds)


def step_line(step: Mapping[str, Any]) -> str:
    """``train        Succeeded  41.2 s``, and a second line for why it failed."""
    seconds = ""
    if "StartTime" in step and "EndTime" in step:
        seconds = f"  {(step['EndTime'] - step['StartTime']).total_seconds():.1f} s"
    line = f"{step['StepName']:<12} {step['StepStatus']:<10}{seconds}".rstrip()
    reason = _reason(step)
    return f"{line}\n  {reason}" if reason else line


def _steps(sagemaker: Any, arn: str) -> list[Mapping[str, Any]]:
    pages = sagemaker.get_paginator("list_pipeline_execution_steps").paginate(
        PipelineExecutionArn=arn, SortOrder="Ascending"
    )
    return [step for page in pages for step in page["PipelineExecutionSteps"]]


def _reason(step: Mapping[str, Any]) -> str | None:
    """Why a step failed; the text of a Fail step is promised in its metadata alone."""
    found = step.get("FailureReason") or _metadata(step, "Fail").get("ErrorMessage")
    return str(found) if found else None


def _metadata(step: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    # A step whose job could not be made has none.
    found: Mapping[str, Any] = step.get("Metadata", {}).get(kind, {})
    return found


def _end_state(described: Mapping[str, Any], steps: list[Mapping[str, Any]]) -> EndState:
    packages = [arn for step in steps if (arn := _metadata(step, "RegisterModel").get("Arn"))]
    return EndState(
        status=described["PipelineExecutionStatus"],
        reason=described.get("FailureReason"),
        reasons={step["StepName"]: reason for step in steps if (reason := _reason(step))},
        model_package=packages[-1] if packages else None,
    )
