"""What became of an execution: its steps, its scores beside the champion's, and what it registered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailroom_retrain_helpers.pipeline_run import registered, step_reason, steps_of

EVALUATIONS = "evaluations"
"""The prefix of the artefacts bucket under which an execution leaves what it measured, by its id."""

_EVALUATE = "evaluate"


@dataclass(frozen=True, kw_only=True)
class Score:
    """Macro-F1 of a task on the frozen test set, 0 to 1.

    ``champion`` and ``difference`` are over the labels that both models know; None where there was no champion.
    """

    macro_f1: float
    champion: float | None
    difference: float | None


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A version in the registry; ``approval`` is Approved, Rejected or PendingManualApproval."""

    arn: str
    approval: str
    facts: Mapping[str, str]

    @property
    def number(self) -> str:
        """Its number in the registry."""
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """``reason``: why it failed, None if it did not; a refusal is the gate's own words. ``comparison``: the S3 URI
    of the page that the approver reads, None if the run did not get that far."""

    execution_arn: str
    status: str
    steps: Sequence[Mapping[str, Any]]
    reason: str | None
    model: Registered | None
    scores: Mapping[str, Score]
    comparison: str | None


def outcome_of(sagemaker: Any, s3: Any, *, bucket: str, execution_arn: str) -> Outcome:
    """Read it from the account: the clients are boto3's, ``bucket`` is that of the artefacts."""
    description = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution_arn)
    status = description["PipelineExecutionStatus"]
    steps = steps_of(sagemaker, execution_arn)
    measured = any(step["StepName"] == _EVALUATE and step.get("StepStatus") == "Succeeded" for step in steps)
    folder = f"{EVALUATIONS}/{execution_arn.rpartition('/')[2]}"
    package = registered(steps)
    return Outcome(
        execution_arn=execution_arn,
        status=status,
        steps=steps,
        reason=None if status == "Succeeded" else _reason(description, steps),
        model=None if package is None else _model(sagemaker, package),
        scores=_scores(s3, bucket, folder) if measured else {},
        comparison=f"s3://{bucket}/{folder}/comparison.html" if measured else None,
    )


def _reason(description: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> str | None:
    reasons = [
        f"{step['StepName']}: {step_reason(step) or 'no reason given'}"
        for step in steps
        if step.get("StepStatus") == "Failed"
    ]
    whole: str | None = description.get("FailureReason")
    return "; ".join(reasons) or whole


def _model(sagemaker: Any, package: str) -> Registered:
    described = sagemaker.describe_model_package(ModelPackageName=package)
    return Registered(
        arn=package,
        approval=described["ModelApprovalStatus"],
        facts=described.get("CustomerMetadataProperties", {}),
    )


def _scores(s3: Any, bucket: str, folder: str) -> dict[str, Score]:
    own = _document(s3, bucket, f"{folder}/evaluation.json")["tasks"]
    # None where no champion was there to compare with.
    beside = (_document(s3, bucket, f"{folder}/comparison.json").get("test") or {}).get("tasks", {})
    return {
        task: Score(
            macro_f1=scores["macro_f1"],
            champion=beside[task]["champion"]["macro_f1"] if task in beside else None,
            difference=beside[task]["macro_f1_difference"]["value"] if task in beside else None,
        )
        for task, scores in own.items()
    }


def _document(s3: Any, bucket: str, key: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return document
