"""What the last mails of one task were labelled by each of two models, and how far their mixes
are from each other.

A model that is broken where it serves, and answers much the same for everything, is quick and makes no errors; only its
labels give it away. docs/decisions/0012-what-turns-a-model-back.md
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping

from mailroom.prediction import Prediction

WINDOW_MAILS = 200
"""What is remembered of each model: its last mails."""

ENOUGH_MAILS = 50
"""Of each model; below, chance alone makes large jumps."""

_Model = tuple[str, str]
"""Model version and taxonomy version."""


class LabelMixes:
    """The last labels of ``task`` by the two models that answered last, in this process alone.

    For one request at a time.
    """

    def __init__(self, task: str) -> None:
        self._task = task
        self._windows: dict[_Model, deque[str]] = {}
        self._latest: _Model | None = None

    def jumps(self, predictions: Iterable[Prediction]) -> Mapping[str, float]:
        """Take the labels of a request in; returns how far each model that answered is from the other one, 0 to 1.

        By the model's version, and in both directions: a process that begins during a canary meets both models at once,
        and could not tell which of them is the newer one. Whoever watches the deployment knows.

        Empty where there is nothing to compare: too few mails of one of the two, or two taxonomies, whose labels mean
        different things.
        """
        answered = set()
        for prediction in predictions:
            if self._task in prediction.labels:
                model = (prediction.model_version, prediction.taxonomy_version)
                self._window(model).append(prediction.labels[self._task].label)
                answered.add(model)
        if len(self._windows) < 2:
            return {}
        one, other = self._windows
        if one[1] != other[1] or min(len(window) for window in self._windows.values()) < ENOUGH_MAILS:
            return {}
        mixes = {model: Counter(window) for model, window in self._windows.items()}
        pairs = ((one, other), (other, one))
        return {after[0]: largest_gain(mixes[before], mixes[after]) for before, after in pairs if after in answered}

    def _window(self, model: _Model) -> deque[str]:
        if model not in self._windows:
            if len(self._windows) == 2:
                # Beside a third one answers who answered last: the other was replaced, or turned back.
                del self._windows[next(known for known in self._windows if known != self._latest)]
            self._windows[model] = deque(maxlen=WINDOW_MAILS)
        self._latest = model
        return self._windows[model]


def largest_gain(before: Mapping[str, int], after: Mapping[str, int]) -> float:
    """By how much the share of one label grew at most, 0 to 1; both mixes hold at least one mail.

    It has a direction, unlike a distance: beside a model that answers one label for everything, no label of a sound one
    gains more than its usual share, so the sound one can take over.
    """
    total_before, total_after = sum(before.values()), sum(after.values())
    return max(count / total_after - before.get(label, 0) / total_before for label, count in after.items())
