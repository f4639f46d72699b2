"""Which mistakes are worth a look: labels often taken for each other, and wrong answers the model was sure of."""

from collections.abc import Mapping, Sequence

from mailroom.prediction import TaskPrediction
from model.evaluation.results import ConfidentError, Confusion, ConfusionMatrix


def frequent_confusions(matrix: ConfusionMatrix, *, limit: int = 10) -> tuple[Confusion, ...]:
    """The ``limit`` most frequent kinds of mistake, most frequent first, ties in label order."""
    found = [
        Confusion(truth=truth, predicted=predicted, count=count, share=count / sum(row))
        for truth, row in zip(matrix.labels, matrix.counts, strict=True)
        for predicted, count in zip(matrix.labels, row, strict=True)
        if count and truth != predicted
    ]
    return tuple(sorted(found, key=lambda confusion: -confusion.count)[:limit])


def confident_errors(
    ids: Sequence[str],
    truth: Sequence[Mapping[str, str]],
    predicted: Sequence[Mapping[str, TaskPrediction]],
    *,
    task: str,
    known_labels: frozenset[str],
    at_least: float = 0.5,
    limit: int = 10,
) -> tuple[ConfidentError, ...]:
    """The ``limit`` wrong answers of the task with the highest confidence, ``at_least`` or more, most confident first.

    Mails whose true label is not among the ``known_labels`` are left out: the model had no right answer to give.
    """
    wrong = [
        ConfidentError(id=mail, truth=labels[task], predicted=said[task].label, confidence=said[task].confidence)
        for mail, labels, said in zip(ids, truth, predicted, strict=True)
        if labels.get(task) in known_labels and said[task].label != labels[task] and said[task].confidence >= at_least
    ]
    return tuple(sorted(wrong, key=lambda error: -error.confidence)[:limit])
