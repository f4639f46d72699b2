"""What the new version changed, next to the one before it."""

from collections.abc import Mapping, Sequence
from typing import Any

from local.crm.table import TaskScore

_DASH = "-"


def champion_table(evaluation: Mapping[str, Any], champion: Mapping[str, Any] | None) -> str:
    """Macro-F1 per task of a version and of the champion, on the same frozen test set."""
    lines = [["task", "new", "champion", "change"]]
    for task, measured in evaluation["tasks"].items():
        new = measured["macro_f1"]
        former = None if champion is None else champion["tasks"].get(task, {}).get("macro_f1")
        lines.append([task, f"{new:.3f}", _DASH if former is None else f"{former:.3f}", _change(new, former)])
    return _table(lines)


def months_table(before: Sequence[TaskScore], after: Sequence[TaskScore], *, names: tuple[str, str]) -> str:
    """Accuracy per task in two months, each under the version that was live in it."""
    later = {one.task: one for one in after}
    lines = [["task", *(f"accuracy {name}" for name in names), *(f"new labels {name}" for name in names)]]
    for one in before:
        other = later[one.task]
        lines.append([one.task, f"{one.accuracy:.3f}", f"{other.accuracy:.3f}", str(one.unknown), str(other.unknown)])
    return _table(lines)


def _change(new: float, former: float | None) -> str:
    return _DASH if former is None else f"{new - former:+.3f}"


def _table(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    )
