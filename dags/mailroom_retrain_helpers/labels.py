"""The labels of an export: those that the taxonomy lacks, and tasks that have none."""

from collections.abc import Mapping
from typing import Any

from mailroom_retrain_helpers.content import ExportContent
from mailroom_retrain_helpers.errors import ExportError, UnknownLabelsError

_MOST_NAMED = 20


def check_labels(content: ExportContent, month: str) -> None:
    """Refuse an export whose labels the taxonomy lacks, or that has none for a task.

    Raises:
        UnknownLabelsError: with the unknown labels; the most frequent are in its sentence.
        ExportError: a task has no labels at all.
    """
    if content.unknown:
        raise UnknownLabelsError(
            f"The export of {month} has labels that the taxonomy lacks: {_named(content.unknown)}; add them to the "
            "taxonomy or correct them in the CRM.",
            content.unknown,
        )
    silent = [task for task, count in content.labelled.items() if count == 0]
    if silent:
        raise ExportError(f"The export of {month} has no labels at all for {', '.join(silent)}.")


def unknown_document(month: str, labels: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """All unknown labels with their numbers of rows, the most frequent of a task first."""
    return {
        "month": month,
        "unknown": {
            task: [
                {"label": label, "rows": count} for label, count in sorted(own.items(), key=lambda one: (-one[1], one))
            ]
            for task, own in labels.items()
        },
    }


def _named(unknown: Mapping[str, Mapping[str, int]]) -> str:
    counted = [
        (count, f"{task} {label!r} ({count})") for task, labels in unknown.items() for label, count in labels.items()
    ]
    counted.sort(key=lambda entry: (-entry[0], entry[1]))
    named = ", ".join(text for _, text in counted[:_MOST_NAMED])
    more = len(counted) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
