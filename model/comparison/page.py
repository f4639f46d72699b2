"""The comparison as one HTML page for the person who approves: self-contained, no text of any mail."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailroom.taxonomy import Taxonomy
from model.comparison.results import Compared, Comparison, LabelComparison, TaskComparison
from model.evaluation.page import page_environment
from model.evaluation.report import FEW_MAILS

_TEMPLATES = Path(__file__).parent / "templates"
SIGNIFICANT = 0.05
"""Below this p-value the page says that two models differ by more than chance."""


@dataclass(frozen=True, kw_only=True)
class _Section:
    """One task as the template shows it."""

    task: str
    heading: str
    anchor: str
    scores: TaskComparison
    labels: tuple[LabelComparison, ...]
    label_name: Callable[[str], str]


def comparison_page(comparison: Comparison, taxonomy: Taxonomy, *, synthetic: bool) -> str:
    """The page; equal arguments give equal text. ``synthetic`` says at the top that the mails are made up."""
    return (
        page_environment([_TEMPLATES])
        .get_template("comparison.html.j2")
        .render(
            comparison=comparison,
            sections=_sections(comparison.test, taxonomy),
            recent=_sections(comparison.recent, taxonomy),
            label_name=lambda task, label: _name(taxonomy, task, label),
            task_name=_task_name,
            synthetic=synthetic,
            few_mails=FEW_MAILS,
            significant=SIGNIFICANT,
        )
    )


def _sections(compared: Compared | None, taxonomy: Taxonomy) -> list[_Section]:
    return [
        _Section(
            task=task,
            heading=_task_name(task)[:1].upper() + _task_name(task)[1:],
            anchor=f"task-{number + 1}",
            scores=scores,
            labels=_largest_loss_first(scores),
            label_name=lambda label, task=task: _name(taxonomy, task, label),  # type: ignore[misc]
        )
        for number, (task, scores) in enumerate(compared.tasks.items() if compared else ())
    ]


def _largest_loss_first(scores: TaskComparison) -> tuple[LabelComparison, ...]:
    """What the approver should look at stands first; labels that the champion did not know stand last."""
    return tuple(
        sorted(
            scores.labels,
            key=lambda one: (one.champion is None, one.challenger.f1 - (one.champion.f1 if one.champion else 0.0)),
        )
    )


def _task_name(task: str) -> str:
    return task.replace("_", " ").strip()


def _name(taxonomy: Taxonomy, task: str, label: str) -> str:
    if not taxonomy.has(task, label):
        return label
    names = taxonomy.label(task, label).names
    return names.get("de") or names.get("en") or label
