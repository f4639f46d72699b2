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

    ``replaced`` holds (task, deprecated label, successor); ``problems`` tells of each label that was left out, as the
    end of a sentence.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    replaced: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[str, ...] = ()


class LabelCheck:
    """Checks the labels of rows against the active labels of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._compared = 0
        self._resolved = lru_cache(maxsize=None)(self._resolve)

    def check(self, given: Mapping[str, str]) -> CheckedLabels:
        """Labels of one row, task to label id.

        A deprecated label counts as its one successor. Of two labels that cannot stand together, the child is left out:
        a mail's coarse label is the likelier to be right.
        """
        labels: dict[str, str] = {}
        replaced, problems = [], []
        for task in self._taxonomy.tasks:
            if task not in given:
                continue
            label, why_not = self._resolved(task, given[task])
            if label is None:
                problems.append(why_not)
                continue
            if label != given[task]:
                replaced.append((task, given[task], label))
            labels[task] = label
        for task in self._taxonomy.tasks:
            problem = self._contradiction(task, labels)
            if problem:
                problems.append(problem)
                del labels[task]
        return CheckedLabels(labels=labels, replaced=tuple(replaced), problems=tuple(problems))

    def _resolve(self, task: str, label_id: str) -> tuple[str | None, str]:
        if not self._taxonomy.has(task, label_id):
            near = self._nearest(task, label_id)
            hint = f"; the nearest is {near!r}" if near else ""
            return None, f"task {task!r} has no label {shown(label_id)}{hint}"
        label = self._taxonomy.label(task, label_id)
        if label.status is LabelStatus.DRAFT:
            return None, f"task {task!r}: the label {label_id!r} is a draft, which is not learned yet"
        if label.status is LabelStatus.ACTIVE:
            return label_id, ""
        successor = self._successor(label)
        if successor is None:
            what = f"has {len(label.replaced_by)} successors" if label.replaced_by else "has no successor"
            if len(label.replaced_by) == 1:
                what = "has no active successor"
            return None, f"task {task!r}: the label {label_id!r} is deprecated and {what}"
        return successor, ""

    def _nearest(self, task: str, label_id: str) -> str | None:
        # A label column mapped wrongly has as many labels as mails, and each comparison takes about a millisecond.
        self._compared += 1
        if self._compared > _MOST_COMPARED or len(label_id) > 200:
            return None
        return self._taxonomy.nearest(task, label_id)

    def _successor(self, label: Label) -> str | None:
        seen = set()
        while label.status is LabelStatus.DEPRECATED and len(label.replaced_by) == 1 and label.id not in seen:
            seen.add(label.id)
            label = self._taxonomy.label(label.task, label.replaced_by[0])
        return label.id if label.status is LabelStatus.ACTIVE else None

    def _contradiction(self, task: str, labels: Mapping[str, str]) -> str | None:
        parent_task = self._taxonomy.parent_task(task)
        if task not in labels or parent_task is None or parent_task not in labels:
            return None
        child, parent = labels[task], labels[parent_task]
        parents = self._taxonomy.label(task, child).parents
        if not parents or parent in parents:
            return None
        return f"task {task!r}: the label {child!r} does not lie under {parent_task} {parent!r}"
