"""What a retraining did: as JSON for programs, and as lines for the log."""

from collections.abc import Mapping
from typing import Any

from mailroom_retrain_helpers.outcome import Outcome, Score
from mailroom_retrain_helpers.pipeline_run import step_reason

Document = Mapping[str, Any]
"""What ``report_document`` makes."""

_DIGITS = 4
_TWO_MINUTES = 120


def report_document(*, month: str, environment: str, export: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """Month, export, steps, scores beside the champion's, what was registered, and what follows."""
    model = outcome.model
    return {
        "month": month,
        "export": {key: export[key] for key in ("rows", "sha256", "labelled")},
        "execution": outcome.execution_arn,
        "status": outcome.status,
        "reason": outcome.reason,
        "steps": [
            {
                "name": step["StepName"],
                "status": step["StepStatus"],
                "seconds": _seconds(step),
                "reason": step_reason(step),
            }
            for step in outcome.steps
        ],
        "scores": {task: _score(score) for task, score in outcome.scores.items()},
        "comparison": outcome.comparison,
        "model": None if model is None else {"arn": model.arn, "approval": model.approval, **model.facts},
        "next": _next(outcome, environment),
    }


def report_lines(document: Document) -> str:
    """The same in a few lines."""
    export, model = document["export"], document["model"]
    labelled = ", ".join(f"{task} {count}" for task, count in export["labelled"].items())
    lines = [f"Retrained on {document['month']}: {export['rows']} mails ({labelled})."]
    lines += [f"  {step['name']}: {step['status']}{took(step['seconds'])}" for step in document["steps"]]
    lines += [f"  {task}: {score_text(score)}" for task, score in document["scores"].items()]
    lines.append("No model was registered." if model is None else f"Registered: {model['arn']}")
    if document["comparison"] is not None:
        lines.append(f"Comparison: {document['comparison']}")
    return "\n".join([*lines, f"Execution: {document['execution']}", document["next"]])


def score_text(score: Mapping[str, float | None]) -> str:
    """``macro-F1 0.912 (champion 0.900, +0.012)``."""
    text = f"macro-F1 {score['macro_f1']:.3f}"
    if score["champion"] is None:
        return text
    return f"{text} (champion {score['champion']:.3f}, {score['difference']:+.3f})"


def took(seconds: float | None) -> str:
    """``, 42 min``; nothing for a step that has not run."""
    if seconds is None:
        return ""
    return f", {seconds:.0f} s" if seconds < _TWO_MINUTES else f", {seconds / 60:.0f} min"


def _next(outcome: Outcome, environment: str) -> str:
    model = outcome.model
    if outcome.status != "Succeeded":
        came = "No new model came of it" if model is None else f"It had registered version {model.number} before"
        return f"{came}; what is live stays."
    if model is None:
        return "No new model came of it; what is live stays."
    if model.approval == "PendingManualApproval":
        return f"Version {model.number} waits for approval: make approve ENV={environment} MODEL={model.number}"
    return f"Version {model.number} is {model.approval}: nobody has to do anything."


def _score(score: Score) -> dict[str, float | None]:
    return {
        "macro_f1": round(score.macro_f1, _DIGITS),
        "champion": None if score.champion is None else round(score.champion, _DIGITS),
        "difference": None if score.difference is None else round(score.difference, _DIGITS),
    }


def _seconds(step: Mapping[str, Any]) -> float | None:
    if "StartTime" not in step or "EndTime" not in step:
        return None
    return float((step["EndTime"] - step["StartTime"]).total_seconds())
