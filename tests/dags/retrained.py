"""What SageMaker says of an execution, and what the execution left in the bucket of artefacts."""

from datetime import UTC, datetime
from typing import Any

EXECUTION = "arn:aws:sagemaker:eu-central-1:444455556666:pipeline/mailroom-prod/execution/abcdefghijkl"
PACKAGE = "arn:aws:sagemaker:eu-central-1:444455556666:model-package/mailroom-prod/7"
EXPORT = {"rows": 2200, "bytes": 4711, "sha256": "ab" * 32, "labelled": {"queue": 2200, "topic": 2100}, "unknown": {}}
COMPARISON = "s3://artefacts/evaluations/abcdefghijkl/comparison.html"
REFUSAL = "The gate refused: margin: queue lost 0.031 of macro-F1, the margin is 0.010"


def step(name: str, status: str = "Succeeded", *, seconds: int | None = 90, **more: Any) -> dict[str, Any]:
    """A step as SageMaker lists it; without ``seconds``, one that never began."""
    begun = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
    times = (
        {}
        if seconds is None
        else {"StartTime": begun, "EndTime": begun.fromtimestamp(begun.timestamp() + seconds, UTC)}
    )
    return {"StepName": name, "StepStatus": status, **times, **more}


REGISTERED = [
    step("train", seconds=2520),
    step("evaluate"),
    step("register", seconds=2, Metadata={"RegisterModel": {"Arn": PACKAGE}}),
]
REFUSED = [
    step("train", seconds=2520),
    step("evaluate"),
    step("refuse", "Failed", seconds=1, Metadata={"Fail": {"ErrorMessage": REFUSAL}}),
]
STOPPED = [step("train", "Stopped", seconds=30)]

EVALUATION = {"tasks": {"queue": {"macro_f1": 0.91234}, "topic": {"macro_f1": 0.5}}}
BESIDE = {
    "test": {
        "tasks": {
            "queue": {"champion": {"macro_f1": 0.9}, "macro_f1_difference": {"value": 0.0123, "low": 0.0, "high": 0.02}}
        }
    }
}
ALONE = {"test": None}
