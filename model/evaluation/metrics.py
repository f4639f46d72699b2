"""From true and predicted labels to an Evaluation: pure functions over plain values, scikit-learn where it has it."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from mailroom.prediction import Decision, TaskPrediction
from model.evaluation.bootstrap import confusion_intervals, share_interval
from model.evaluation.confidence import calibration_bins, expected_calibration_error, risk_coverage
from model.evaluation.results import (
    ConfusionMatrix,
    DecisionSummary,
    Evaluation,
    ExactMatch,
    GroupScore,
    LabelScores,
    LanguageEvaluation,
    TaskEvaluation,
)

Truth = Sequence[Mapping[str, str]]
Predicted = Sequence[Mapping[str, TaskPrediction]]

UNKNOWN_LANGUAGE = "und"
"""ISO 639-2's code for a language nobody determined."""


def evaluate_predictions(
    truth: Truth,
    predicted: Predicted,
    *,
    tasks: Sequence[str],
    label_order: Mapping[str, Sequence[str]],
    decisions: Sequence[Decision] | None,
    known_labels: Mapping[str, frozenset[str]],
    routing_task: str | None = None,
    languages: Sequence[str | None] | None = None,
) -> Evaluation:
    """Compare predictions with the truth, mail by mail; all sequences are in the same order and of the same length.

    A mail whose truth lacks a task does not count for that task; every prediction has every task. F1, precision and
    recall are averaged over the labels that occur among the true or the predicted ones of a task, scikit-learn's
    convention: a label that occurs in neither does not pull a macro average down, and one that is only predicted
    does. A score that would divide by zero is 0. Intervals are seeded, so equal input gives an equal Evaluation.

    Args:
        label_order: per task the order of labels in tables and matrices; labels it lacks follow in alphabetical order.
        decisions: what the model would do with each mail, if it decides; needs ``routing_task``, the task whose label
            says where a mail goes.
        known_labels: per task what the model can answer; a true label outside of it is counted as unknown.
        languages: a code per mail, or None for a mail whose language nobody knows ("und" in the result).

    Raises:
        ValueError: the sequences differ in length, a prediction lacks a task, or there are decisions without
            ``routing_task``.
    """
    _check(truth, predicted, tasks, decisions, languages, routing_task)
    measured = [task for task in tasks if any(task in labels for labels in truth)]
    return Evaluation(
        rows=len(truth),
        tasks={task: _task(truth, predicted, task, label_order[task], known_labels[task]) for task in measured},
        unmeasured_tasks=tuple(task for task in tasks if task not in measured),
        exact_match=_exact_match(truth, predicted, tasks),
        decisions=None
        if decisions is None or routing_task is None
        else _decisions(truth, predicted, tasks, decisions, routing_task),
        languages={} if languages is None else _languages(truth, predicted, tasks, languages),
    )


def _check(
    truth: Truth,
    predicted: Predicted,
    tasks: Sequence[str],
    decisions: Sequence[Decision] | None,
    languages: Sequence[str | None] | None,
    routing_task: str | None,
) -> None:
    for name, values in (("predicted", predicted), ("decisions", decisions), ("languages", languages)):
        if values is not None and len(values) != len(truth):
            raise ValueError(f"{name} has {len(values)} rows, truth has {len(truth)}")
    for task in tasks:
        if any(task not in labels for labels in predicted):
            raise ValueError(f"a prediction lacks the task {task!r}")
    if decisions is not None and routing_task not in tasks:
        raise ValueError("decisions can only be judged with routing_task, one of the tasks")


def _task(truth: Truth, predicted: Predicted, task: str, order: Sequence[str], known: frozenset[str]) -> TaskEvaluation:
    rows = [(labels[task], said[task]) for labels, said in zip(truth, predicted, strict=True) if task in labels]
    true, said = [label for label, _ in rows], [prediction.label for _, prediction in rows]
    confidence = np.array([prediction.confidence for _, prediction in rows], dtype=np.float64)
    right = np.array([label == prediction.label for label, prediction in rows])
    in_known = np.array([label in known for label in true])

    labels = in_order({*true, *said}, order)
    # scikit-learn warns about a single label, which is no mistake here.
    counts = confusion_matrix(true, said, labels=labels) if len(labels) > 1 else np.array([[len(rows)]])
    accuracy_interval, macro_f1_interval = confusion_intervals(counts)
    macro = precision_recall_fscore_support(true, said, average="macro", zero_division=0)
    weighted = precision_recall_fscore_support(true, said, average="weighted", zero_division=0)
    bins = calibration_bins(confidence, right)
    return TaskEvaluation(
        n=len(rows),
        accuracy=float(accuracy_score(true, said)),
        accuracy_interval=accuracy_interval,
        macro_f1=float(macro[2]),
        macro_f1_interval=macro_f1_interval,
        weighted_f1=float(weighted[2]),
        macro_precision=float(macro[0]),
        weighted_precision=float(weighted[0]),
        macro_recall=float(macro[1]),
        weighted_recall=float(weighted[1]),
        mean_confidence=float(confidence.mean()),
        expected_calibration_error=expected_calibration_error(bins),
        unknown_rows=int((~in_known).sum()),
        accuracy_on_known=float(right[in_known].mean()) if in_known.any() else None,
        unknown_labels=tuple(in_order(set(true) - known, order)),
        absent_labels=tuple(in_order(known - {*true, *said}, order)),
        labels=_label_scores(true, said, labels),
        confusion=ConfusionMatrix(
            labels=tuple(labels), counts=tuple(tuple(int(count) for count in row) for row in counts)
        ),
        calibration_bins=bins,
        risk_coverage=risk_coverage(confidence, right),
    )


def _label_scores(true: list[str], said: list[str], labels: list[str]) -> tuple[LabelScores, ...]:
    scores = precision_recall_fscore_support(true, said, labels=labels, average=None, zero_division=0)
    return tuple(
        LabelScores(label=label, precision=float(precision), recall=float(recall), f1=float(f1), support=int(support))
        for label, precision, recall, f1, support in zip(labels, *scores, strict=True)
    )


def in_order(labels: Iterable[str], order: Sequence[str]) -> list[str]:
    """The labels, without repeats, in the given order; those it lacks follow alphabetically."""
    left = set(labels)
    return [label for label in order if label in left] + sorted(left - set(order))


def _all_right(truth: Truth, predicted: Predicted, tasks: Sequence[str], rows: Iterable[int]) -> list[bool]:
    """For each of ``rows`` whose truth has every task: whether all its labels are right."""
    return [
        all(predicted[row][task].label == truth[row][task] for task in tasks)
        for row in rows
        if all(task in truth[row] for task in tasks)
    ]


def _mean(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _exact_match(truth: Truth, predicted: Predicted, tasks: Sequence[str]) -> ExactMatch | None:
    right = _all_right(truth, predicted, tasks, range(len(truth)))
    if not right:
        return None
    return ExactMatch(
        n=len(right), accuracy=sum(right) / len(right), accuracy_interval=share_interval(sum(right), len(right))
    )


def _decisions(
    truth: Truth, predicted: Predicted, tasks: Sequence[str], decisions: Sequence[Decision], routing_task: str
) -> DecisionSummary:
    routed = [row for row, decision in enumerate(decisions) if decision is Decision.AUTO_ROUTE]
    routing_right = [
        predicted[row][routing_task].label == truth[row][routing_task] for row in routed if routing_task in truth[row]
    ]
    all_right = _all_right(truth, predicted, tasks, routed)
    return DecisionSummary(
        routing_task=routing_task,
        shares={decision.value: decisions.count(decision) / max(len(decisions), 1) for decision in Decision},
        routed_with_truth=len(routing_right),
        routing_precision=_mean(routing_right),
        routed_with_all_truth=len(all_right),
        exact_match_precision=_mean(all_right),
    )


def _languages(
    truth: Truth, predicted: Predicted, tasks: Sequence[str], languages: Sequence[str | None]
) -> dict[str, LanguageEvaluation]:
    """Per language, the one with the most mails first."""
    rows_of: dict[str, list[int]] = {}
    for row, language in enumerate(languages):
        rows_of.setdefault(language or UNKNOWN_LANGUAGE, []).append(row)
    return {
        language: LanguageEvaluation(
            rows=len(rows),
            tasks={task: score for task in tasks if (score := _group_score(truth, predicted, task, rows))},
            exact_match_accuracy=_mean(_all_right(truth, predicted, tasks, rows)),
        )
        for language, rows in sorted(rows_of.items(), key=lambda item: (-len(item[1]), item[0]))
    }


def _group_score(truth: Truth, predicted: Predicted, task: str, rows: Sequence[int]) -> GroupScore | None:
    pairs = [(truth[row][task], predicted[row][task].label) for row in rows if task in truth[row]]
    if not pairs:
        return None
    true, said = zip(*pairs, strict=True)
    return GroupScore(
        n=len(pairs),
        accuracy=float(accuracy_score(true, said)),
        macro_f1=float(f1_score(true, said, average="macro", zero_division=0)),
    )
