"""Whether the labels of an export are the taxonomy's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from model.dataset.errors import shown

_MOST_COMPARED = 200


@dataclass(frozen=True, kw_only=True)
class CheckedLabels:
    """A row's labels as they are learned.

    ``replaced`` holds (task, deprecated label, successor); ``undecided`` (task, deprecated label) of those that no
    single label stands in for; ``problems`` tells of each other label that was left out, as the end of a sentence.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    replaced: tuple[tuple[str, str, str], ...] = ()
    undecided: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


def carried(taxonomy: Taxonomy, label: Label) -> str | None:
    """The active label that a label counts as: itself, or the end of its chain of single successors."""
    seen = set()
    while label.status is LabelStatus.DEPRECATED and len(label.replaced_by) == 1 and label.id not in seen:
        seen.add(label.id)
        label = taxonomy.label(label.task, label.replaced_by[0])
    return label.id if label.status is LabelStatus.ACTIVE else None


class LabelCheck:
    """Checks the labels of rows against the active labels of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._compared = 0
        self._resolved = lru_cache(maxsize=None)(self._resolve)

    def check(self, given: Mapping[str, str]) -> CheckedLabels:
        """Labels of one row, task to label id.

        A deprecated label counts as its one successor. One that was split, or retired without a successor, is left out
        and is no fault of the export: it was right when it was given. Of two labels that cannot stand together, the
        child is left out: a mail's coarse label is the likelier to be right.
        """
        labels: dict[str, str] = {}
        undecided, problems = [], []
        for task in self._taxonomy.tasks:
            if task not in given:
                continue
            label, why_not = self._resolved(task, given[task])
            if label is not None:
                labels[task] = label
            elif why_not is None:
                undecided.append((task, given[task]))
            else:
                problems.append(why_not)
        for task in self._taxonomy.tasks:
            problem = self._contradiction(task, labels)
            if problem:
                if self._is_carried(task, given, labels):
                    undecided.append((task, given[task]))
                else:
                    problems.append(problem)
                del labels[task]
        return CheckedLabels(
            labels=labels,
            replaced=tuple((task, given[task], label) for task, label in labels.items() if label != given[task]),
            undecided=tuple(undecided),
            problems=tuple(problems),
        )

    def _resolve(self, task: str, label_id: str) -> tuple[str | None, str | None]:
        """The label that it counts as, or why there is none; no reason means that nobody has decided it yet."""
        if not self._taxonomy.has(task, label_id):
            near = self._nearest(task, label_id)
            hint = f"; the nearest is {near!r}" if near else ""
            return None, f"task {task!r} has no label {shown(label_id)}{hint}"
        label = self._taxonomy.label(task, label_id)
        if label.status is LabelStatus.DRAFT:
            return None, f"task {task!r}: the label {label_id!r} is a draft, which is not learned yet"
        return carried(self._taxonomy, label), None

    def _is_carried(self, task: str, given: Mapping[str, str], labels: Mapping[str, str]) -> bool:
        """Whether the label or its parent was replaced, so that the two once stood together."""
        parent_task = self._taxonomy.parent_task(task)
        return any(one in labels and labels[one] != given[one] for one in (task, parent_task) if one is not None)

    def _nearest(self, task: str, label_id: str) -> str | None:
        # A label column mapped wrongly has as many labels as mails, and each comparison takes about a millisecond.
        self._compared += 1
        if self._compared > _MOST_COMPARED or len(label_id) > 200:
            return None
        return self._taxonomy.nearest(task, label_id)

    def _contradiction(self, task: str, labels: Mapping[str, str]) -> str | None:
        parent_task = self._taxonomy.parent_task(task)
        if task not in labels or parent_task is None or parent_task not in labels:
            return None
        child, parent = labels[task], labels[parent_task]
        parents = self._taxonomy.label(task, child).parents
        if not parents or parent in parents:
            return None
        return f"task {task!r}: the label {child!r} does not lie under {parent_task} {parent!r}"
