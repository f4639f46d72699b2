"""From one score per label to labels that form a path of the taxonomy, decoded jointly over the tasks.

Tasks linked by parents form a component; the labels of a component are decoded together: the score of a path is the
weighted sum of its labels' log-probabilities, a path's probability is the softmax over all possible paths, and a
label's confidence is the sum over the paths that hold it. Components are independent of each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch

from mailroom.errors import TaxonomyError
from mailroom.taxonomy import Taxonomy, paths


@dataclass(frozen=True, kw_only=True)
class Component:
    """Tasks decoded together. ``paths`` has shape (paths, tasks): indices into each task's list of labels."""

    tasks: tuple[str, ...]
    paths: torch.Tensor
    label_counts: tuple[int, ...]

    def path_scores(self, log_probabilities: Mapping[str, torch.Tensor], weights: torch.Tensor) -> torch.Tensor:
        """(mails, paths): log-probability of each path. ``weights`` holds one weight per task."""
        total = sum(
            weights[position] * log_probabilities[task][:, self.paths[:, position]]
            for position, task in enumerate(self.tasks)
        )
        assert isinstance(total, torch.Tensor)
        return torch.log_softmax(total, dim=1)

    def marginals(self, path_scores: torch.Tensor) -> dict[str, torch.Tensor]:
        """Per task (mails, labels): probability of each label; 0 for one that no possible path holds."""
        probabilities = path_scores.exp()
        return {
            task: probabilities.new_zeros(len(probabilities), count).index_add(
                1, self.paths[:, position], probabilities
            )
            for position, (task, count) in enumerate(zip(self.tasks, self.label_counts, strict=True))
        }

    @cached_property
    def possible(self) -> Mapping[str, torch.Tensor]:
        """Per task (labels): whether some possible path holds the label."""
        return {
            task: torch.zeros(count, dtype=torch.bool).index_fill(0, self.paths[:, position].unique(), True)
            for position, (task, count) in enumerate(zip(self.tasks, self.label_counts, strict=True))
        }


def components(taxonomy: Taxonomy, labels: Mapping[str, Sequence[str]]) -> tuple[Component, ...]:
    """The components of the tasks in ``labels`` (task to the labels a model knows, in its order).

    Only active labels are part of a path, so nothing else is ever predicted.

    Raises:
        TaxonomyError: no active combination of the known labels is possible.
    """
    groups: list[list[str]] = []
    for task in (task for task in taxonomy.tasks if task in labels):
        parent = taxonomy.parent_task(task)
        home = next((group for group in groups if parent in group), None)
        if home is None:
            groups.append([task])
        else:
            home.append(task)
    return tuple(_component(taxonomy, tuple(group), labels) for group in groups)


def _component(taxonomy: Taxonomy, tasks: tuple[str, ...], labels: Mapping[str, Sequence[str]]) -> Component:
    active = {task: {label.id for label in taxonomy.active(task)} for task in tasks}
    possible = paths(
        taxonomy, tasks, {task: [label for label in labels[task] if label in active[task]] for task in tasks}
    )
    if not possible:
        raise TaxonomyError(f"No active combination of labels is possible for {', '.join(tasks)}.")
    index = {task: {label: number for number, label in enumerate(labels[task])} for task in tasks}
    return Component(
        tasks=tasks,
        paths=torch.tensor(
            [[index[task][label] for task, label in zip(tasks, path, strict=True)] for path in possible]
        ),
        label_counts=tuple(len(labels[task]) for task in tasks),
    )


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """Per task, for each mail: the index of its label on the best path (mails), and all labels' confidences
    (mails, labels)."""

    best: Mapping[str, torch.Tensor]
    confidences: Mapping[str, torch.Tensor]


def decode(
    parts: Sequence[Component], log_probabilities: Mapping[str, torch.Tensor], weights: Mapping[str, float]
) -> Decoded:
    """Decode a batch. ``log_probabilities``: per task (mails, labels); ``weights``: per task, as fitted."""
    best: dict[str, torch.Tensor] = {}
    confidences: dict[str, torch.Tensor] = {}
    for part in parts:
        scores = part.path_scores(log_probabilities, torch.tensor([weights[task] for task in part.tasks]))
        chosen = part.paths[scores.argmax(dim=1)]
        confidences |= part.marginals(scores)
        best |= {task: chosen[:, position] for position, task in enumerate(part.tasks)}
    return Decoded(best=best, confidences=confidences)
