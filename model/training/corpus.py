"""What is trained on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailroom.errors import MailroomError
from mailroom.taxonomy import Taxonomy
from model.dataset.prepared import Example, PreparedDataset


class TrainingError(MailroomError):
    """The data do not allow training."""


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """What is trained on: examples, the taxonomy of the tasks at hand, and per task the labels the model will know."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    taxonomy: Taxonomy
    labels: Mapping[str, tuple[str, ...]]

    @property
    def counts(self) -> dict[str, int]:
        """Number of labels per task."""
        return {task: len(labels) for task, labels in self.labels.items()}


def load_corpus(dataset: PreparedDataset, tasks: Sequence[str]) -> Corpus:
    """The dataset for some tasks (all of them, if none is named). The model knows the active labels that training has.

    Raises:
        TaxonomyError: a task is unknown.
        TrainingError: there is no training mail, or a task has none with a label.
    """
    taxonomy = dataset.taxonomy.restricted_to(tasks) if tasks else dataset.taxonomy
    if not dataset.train:
        raise TrainingError("The dataset has no training mail.")
    labels: dict[str, tuple[str, ...]] = {}
    for task in taxonomy.tasks:
        met = {example.labels.get(task) for example in dataset.train}
        labels[task] = tuple(label.id for label in taxonomy.active(task) if label.id in met)
        if not labels[task]:
            raise TrainingError(f"No training mail has an active label of task {task!r}.")
    return Corpus(train=dataset.train, validation=dataset.validation, taxonomy=taxonomy, labels=labels)
