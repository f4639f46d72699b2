"""The measurements on a card: the frozen test set, the champion beside it, and the mails that came after."""

from collections.abc import Iterator
from typing import Any

from model.card.limits import LONG_TEXT, NAME, short
from model.comparison.results import Compared, Comparison, Difference
from model.evaluation.plain_json import DECIMALS
from model.evaluation.results import Evaluation, TaskEvaluation


def evaluation_details(
    evaluation: Evaluation, comparison: Comparison, *, per_label: bool, synthetic: bool
) -> list[dict[str, Any]]:
    """The card's list of evaluations; ``per_label`` adds each label's F1."""
    named = comparison.challenger.frozen_set
    details = [
        {
            "name": short(f"Frozen test set {named}" if named else "Test split", NAME),
            "evaluation_observation": short(_observation(evaluation, synthetic), LONG_TEXT),
            "metadata": {"mails": str(evaluation.rows), "mails_sha256": comparison.challenger.mails_sha256},
            "metric_groups": [
                *(_task(task, scores, per_label=per_label) for task, scores in evaluation.tasks.items()),
                *_routing(evaluation),
            ],
        }
    ]
    if comparison.test is not None:
        details.append(_compared("Against the champion", comparison.test))
    if comparison.recent is not None:
        details.append(_compared("Mails since the test set was frozen", comparison.recent))
    return details


def _observation(evaluation: Evaluation, synthetic: bool) -> str:
    what = "synthetic mails, which a program wrote" if synthetic else "mails"
    unmeasured = f" Not measured: {', '.join(evaluation.unmeasured_tasks)}." if evaluation.unmeasured_tasks else ""
    return f"Measured on {evaluation.rows:,} {what}, none of which any model is trained on.{unmeasured}"


def _task(task: str, scores: TaskEvaluation, *, per_label: bool) -> dict[str, Any]:
    data = [
        _number("accuracy", scores.accuracy, f"of {scores.n} mails"),
        _number("macro-F1", scores.macro_f1, f"over {len(scores.labels)} labels"),
        _number("weighted F1", scores.weighted_f1),
        _number("expected calibration error", scores.expected_calibration_error),
    ]
    if per_label and scores.labels:
        data.append(
            {
                "name": "F1 per label",
                "type": "bar_chart",
                "value": [round(label.f1, DECIMALS) for label in scores.labels],
                "x_axis_name": [short(label.label, NAME) for label in scores.labels],
                "y_axis_name": "F1",
            }
        )
    return {"name": short(task, NAME), "metric_data": data}


def _routing(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    decisions = evaluation.decisions
    if decisions is None:
        return
    data = [_number(f"share {name}", share) for name, share in decisions.shares.items()]
    if decisions.routing_precision is not None:
        data.append(_number("precision of automatic routing", decisions.routing_precision))
    yield {"name": "decisions", "metric_data": data}


def _compared(name: str, compared: Compared) -> dict[str, Any]:
    return {
        "name": name,
        "evaluation_observation": short(
            f"Both models on the same {compared.mails:,} mails; they disagree on {compared.disagreements:,} labels."
            + "".join(f" {text}" for text in _uncovered(compared)),
            LONG_TEXT,
        ),
        "metric_groups": [
            {
                "name": short(task, NAME),
                "metric_data": [
                    _number("macro-F1", both.challenger.macro_f1, f"over {both.n} mails the champion could know"),
                    _number("macro-F1 of the champion", both.champion.macro_f1),
                    _number("difference", both.macro_f1_difference.value, _range(both.macro_f1_difference)),
                ],
            }
            for task, both in compared.tasks.items()
        ],
    }


def _uncovered(compared: Compared) -> Iterator[str]:
    for task, part in compared.coverage.items():
        if task in compared.uncomparable_tasks:
            yield f"Not compared: {task}, as the champion knows none of its labels."
        elif part.compared < part.mails:
            yield f"{task}: compared on {part.compared:,} of {part.mails:,} mails, as the champion could know no more."


def _range(difference: Difference) -> str:
    return f"95 % interval {difference.low:+.3f} to {difference.high:+.3f}"


def _number(name: str, value: float, notes: str | None = None) -> dict[str, Any]:
    number = {"name": name, "type": "number", "value": round(value, DECIMALS)}
    return number if notes is None else {**number, "notes": notes}
