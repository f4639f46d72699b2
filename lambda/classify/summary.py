"""What a batch's predictions look like together: the numbers that the dashboard and its alarms are drawn from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from mailroom.prediction import Decision, ItemError, Prediction, Reason
from mailroom.wire.response import Result


def confidence_facts(predictions: Sequence[Prediction]) -> Mapping[str, float]:
    """How many mails each decision has, how many of them a threshold held back, and the mean confidence per task."""
    decisions = Counter(prediction.decision for prediction in predictions)
    confidences: defaultdict[str, list[float]] = defaultdict(list)
    for prediction in predictions:
        for task, found in prediction.labels.items():
            confidences[task].append(found.confidence)
    return {
        **{decision.value: decisions[decision] for decision in Decision},
        "low_confidence": sum(Reason.BELOW_THRESHOLD in prediction.reasons for prediction in predictions),
        **{f"confidence_{task}": round(sum(found) / len(found), 4) for task, found in confidences.items()},
    }


def relay_facts(results: Collection[Result], jump: float | None) -> Mapping[str, float]:
    """How many mails were sent to the model and how many of those came to nothing; the ``jump`` of its labels' mix.

    What the request's own check held back is not among them: a caller that sends nonsense turns no model back.
    """
    failed = sum(isinstance(result, ItemError) for result in results)
    mix = {} if jump is None else {"label_mix_jump": round(jump, 4)}
    return {"relayed": len(results), "relayed_errors": failed, **mix}


def label_mix(predictions: Sequence[Prediction]) -> Mapping[tuple[str, str], int]:
    """How many mails got each label, by task and label id."""
    return Counter((task, found.label) for prediction in predictions for task, found in prediction.labels.items())
