"""What a retraining did, for the log and for whoever asks Airflow."""

from collections.abc import Mapping, Sequence
from typing import Any


def report(*, month: str, export: Mapping[str, Any], execution_arn: str, steps: Sequence[Mapping[str, Any]]) -> str:
    """A few lines: the month, its rows, every step with status and minutes, and the registered model if any."""
    lines = [f"Retrained on {month}: {export['rows']} mails ({_labelled(export['labelled'])})."]
    for step in steps:
        lines.append(f"  {step['StepName']}: {step['StepStatus']}{_minutes(step)}")
    models = [arn for step in steps if (arn := _model(step)) is not None]
    lines.append(f"Registered: {models[-1]}" if models else "No model was registered.")
    lines.append(f"Execution: {execution_arn}")
    return "\n".join(lines)


def _labelled(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{task} {count}" for task, count in counts.items())


def _minutes(step: Mapping[str, Any]) -> str:
    if "StartTime" not in step or "EndTime" not in step:
        return ""
    return f", {(step['EndTime'] - step['StartTime']).total_seconds() / 60:.0f} min"


def _model(step: Mapping[str, Any]) -> str | None:
    found: str | None = step.get("Metadata", {}).get("RegisterModel", {}).get("Arn")
    return found
