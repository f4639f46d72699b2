"""What a batch's predictions look like together: the numbers that the dashboard and its alarms are drawn from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from mailroom.prediction import Decision, ItemError, Prediction, Reason
from mailroom.wire.response import Result, Versions


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


def relay_facts(results: Collection[Result], jumps: Mapping[str, float]) -> Mapping[str, float]:
    """How many mails were sent to the model and how many of those came to nothing; the largest of the ``jumps``.

    What the request's own check held back is not among them: a caller that sends nonsense turns no model back.
    """
    mix = {"label_mix_jump": round(max(jumps.values()), 4)} if jumps else {}
    return {"relayed": len(results), "relayed_errors": _failed(results), **mix}


def model_facts(
    results: Mapping[int, Result], versions_of: Mapping[int, Versions], jumps: Mapping[str, float]
) -> Mapping[str, Mapping[str, float]]:
    """Of each model that answered, by its version: how many mails, how many of them it failed on, and its jump.

    ``results`` and the ``versions_of`` what answered them are by position. A mail that nobody answered counts for no
    model: SageMaker counts the invocation that failed.
    """
    answered: defaultdict[str, list[Result]] = defaultdict(list)
    for position, versions in versions_of.items():
        answered[versions.model].append(results[position])
    return {
        model: {
            "mails": len(own),
            "errors": _failed(own),
            **({"label_mix_jump": round(jumps[model], 4)} if model in jumps else {}),
        }
        for model, own in answered.items()
    }


def _failed(results: Collection[Result]) -> int:
    return sum(isinstance(result, ItemError) for result in results)


def label_mix(predictions: Sequence[Prediction]) -> Mapping[tuple[str, str], int]:
    """How many mails got each label, by task and label id."""
    return Counter((task, found.label) for prediction in predictions for task, found in prediction.labels.items())
