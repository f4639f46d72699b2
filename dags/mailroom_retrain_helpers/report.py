"""What a retraining did, for the log and for whoever asks Airflow."""

from collections.abc import Mapping, Sequence
from typing import Any

from mailroom_retrain_helpers.pipeline_run import registered

_TWO_MINUTES = 120


def report(*, month: str, export: Mapping[str, Any], execution_arn: str, steps: Sequence[Mapping[str, Any]]) -> str:
    """A few lines: the month, its rows, every step with status and time, and the registered model if any."""
    lines = [f"Retrained on {month}: {export['rows']} mails ({_labelled(export['labelled'])})."]
    for step in steps:
        lines.append(f"  {step['StepName']}: {step['StepStatus']}{_time(step)}")
    model = registered(steps)
    lines.append("No model was registered." if model is None else f"Registered: {model}")
    lines.append(f"Execution: {execution_arn}")
    return "\n".join(lines)


def _labelled(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{task} {count}" for task, count in counts.items())


def _time(step: Mapping[str, Any]) -> str:
    if "StartTime" not in step or "EndTime" not in step:
        return ""
    seconds = (step["EndTime"] - step["StartTime"]).total_seconds()
    return f", {seconds:.0f} s" if seconds < _TWO_MINUTES else f", {seconds / 60:.0f} min"
