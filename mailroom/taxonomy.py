"""Tasks and their labels, and which combinations of labels are possible.

Tasks are data, in order. A label may name parents, which are labels of one earlier task; a label without parents goes
with every label of the other tasks.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from mailroom.errors import TaxonomyError


class LabelStatus(StrEnum):
    """``draft``: not predicted yet; ``active``: predicted; ``deprecated``: predicted no longer."""

    DRAFT = "draft"
    ACTIVE = "active"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label of one task. ``id`` is stable and unique within its task; names may change."""

    id: str
    task: str
    names: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    queue_target: str | None = None
    status: LabelStatus = LabelStatus.ACTIVE
    valid_from: date | None = None
    replaced_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", MappingProxyType(dict(self.names)))
        object.__setattr__(self, "description", MappingProxyType(dict(self.description)))


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """A version of all labels.

    Raises:
        TaxonomyError: a task or label is named twice, a label's task, parent or successor does not exist, or a task
            has no label.
    """

    version: str
    tasks: tuple[str, ...]
    labels: tuple[Label, ...]

    def __post_init__(self) -> None:
        if not self.version:
            raise TaxonomyError("The taxonomy has no version.")
        if not self.tasks:
            raise TaxonomyError("The taxonomy names no task.")
        if len(set(self.tasks)) != len(self.tasks):
            raise TaxonomyError("The taxonomy names a task twice.")
        seen: set[tuple[str, str]] = set()
        for label in self.labels:
            if not label.id:
                raise TaxonomyError(f"A label of task {label.task!r} has no id.")
            if label.task not in self.tasks:
                raise TaxonomyError(f"Label {label.id!r} belongs to the unknown task {label.task!r}.")
            if (label.task, label.id) in seen:
                raise TaxonomyError(f"Label {label.id!r} stands twice in task {label.task!r}.")
            seen.add((label.task, label.id))
        for task in self.tasks:
            if not any(label.task == task for label in self.labels):
                raise TaxonomyError(f"Task {task!r} has no label.")
            self._check_parents(task)
        for label in self.labels:
            for successor in label.replaced_by:
                if (label.task, successor) not in seen:
                    raise TaxonomyError(f"Label {label.id!r} is replaced by {successor!r}, which does not exist.")

    def _check_parents(self, task: str) -> None:
        named = {parent for label in self.labels if label.task == task for parent in label.parents}
        if named and self.parent_task(task) is None:
            label, parent = next(
                (label.id, parent)
                for label in self.of_task(task)
                for parent in label.parents
                if parent in self._strays(task, named)
            )
            raise TaxonomyError(f"Label {label!r} names the parent {parent!r}, which no earlier task has.")

    def _strays(self, task: str, named: set[str]) -> set[str]:
        """The named parents that the best-fitting earlier task lacks."""
        candidates = [named - self._ids(earlier) for earlier in self.tasks[: self.tasks.index(task)]]
        return min(candidates, key=len, default=named)

    def _ids(self, task: str) -> set[str]:
        return {label.id for label in self.labels if label.task == task}

    @cached_property
    def _index(self) -> Mapping[tuple[str, str], Label]:
        return {(label.task, label.id): label for label in self.labels}

    def of_task(self, task: str) -> tuple[Label, ...]:
        """All labels of a task, in the taxonomy's order."""
        self.require_task(task)
        return tuple(label for label in self.labels if label.task == task)

    def active(self, task: str) -> tuple[Label, ...]:
        """The labels of a task that may be predicted."""
        return tuple(label for label in self.of_task(task) if label.status is LabelStatus.ACTIVE)

    def label(self, task: str, label_id: str) -> Label:
        """The label of that id; raises TaxonomyError naming the nearest one if there is none."""
        self.require_task(task)
        try:
            return self._index[task, label_id]
        except KeyError:
            raise TaxonomyError(f"Task {task!r} has no label {label_id!r}{self._hint(task, label_id)}.") from None

    def has(self, task: str, label_id: str) -> bool:
        """Whether the task has a label of that id, of whatever status."""
        return (task, label_id) in self._index

    def nearest(self, task: str, label_id: str) -> str | None:
        """The id of the task's label that is spelt most like ``label_id``, if any is at all like it."""
        ids = {label.id.casefold(): label.id for label in self.of_task(task)}
        found = difflib.get_close_matches(label_id.casefold(), list(ids), n=1, cutoff=0.5)
        return ids[found[0]] if found else None

    def _hint(self, task: str, label_id: str) -> str:
        near = self.nearest(task, label_id)
        return f"; the nearest is {near!r}" if near else ""

    def require_task(self, task: str) -> None:
        """Raise TaxonomyError unless the taxonomy has the task."""
        if task not in self.tasks:
            raise TaxonomyError(f"The taxonomy has no task {task!r}; its tasks are {', '.join(self.tasks)}.")

    def parent_task(self, task: str) -> str | None:
        """The task that this task's parents belong to: the nearest earlier one that has them all."""
        self.require_task(task)
        return self._parent_tasks[task]

    @cached_property
    def _parent_tasks(self) -> Mapping[str, str | None]:
        found: dict[str, str | None] = {}
        for position, task in enumerate(self.tasks):
            named = {parent for label in self.labels if label.task == task for parent in label.parents}
            fitting = [earlier for earlier in reversed(self.tasks[:position]) if named <= self._ids(earlier)]
            found[task] = fitting[0] if named and fitting else None
        return found

    def is_path(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels (task to label id) may stand together: all known, each child under its parent."""
        for task, label_id in labels.items():
            if not self.has(task, label_id):
                return False
            parents, parent_task = self._index[task, label_id].parents, self.parent_task(task)
            if parents and parent_task is not None and labels.get(parent_task, parents[0]) not in parents:
                return False
        return True

    def restricted_to(self, tasks: Sequence[str]) -> "Taxonomy":
        """The same taxonomy with only these tasks, in the taxonomy's order; parents in a dropped task are dropped."""
        for task in tasks:
            self.require_task(task)
        kept = tuple(task for task in self.tasks if task in tasks)
        labels = tuple(
            label if self.parent_task(label.task) in (*kept, None) else _without_parents(label)
            for label in self.labels
            if label.task in kept
        )
        return Taxonomy(version=self.version, tasks=kept, labels=labels)


def _without_parents(label: Label) -> Label:
    return Label(
        id=label.id,
        task=label.task,
        names=label.names,
        description=label.description,
        queue_target=label.queue_target,
        status=label.status,
        valid_from=label.valid_from,
        replaced_by=label.replaced_by,
    )


def paths(taxonomy: Taxonomy, tasks: Sequence[str], label_ids: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Every possible combination of the given labels, one label per task of ``tasks``, in order.

    ``label_ids`` are the labels to choose from per task (a model may know fewer than the taxonomy has).
    """
    found: list[tuple[str, ...]] = [()]
    for position, task in enumerate(tasks):
        longer = []
        for path in found:
            chosen = dict(zip(tasks[:position], path, strict=True))
            longer += [(*path, label) for label in label_ids[task] if taxonomy.is_path({**chosen, task: label})]
        found = longer
    return found
