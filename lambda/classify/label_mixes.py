"""What the last mails of one task were labelled by each of two models, and how far the newer one's mix jumps.

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
        self._windows: dict[_Model, deque[str]] = {}  # in the order in which the models were first seen
        self._latest: _Model | None = None

    def jump(self, predictions: Iterable[Prediction]) -> float | None:
        """Take the labels of a request in; returns how far the newer model's mix is from the former one's, 0 to 1.

        None where there is nothing to compare: too few mails of one of the two; two taxonomies, whose labels mean
        different things; or a request that the newer one had no part in, so that a model which was turned back is not
        held against the one that returned.
        """
        answered = set()
        for prediction in predictions:
            if self._task in prediction.labels:
                model = (prediction.model_version, prediction.taxonomy_version)
                self._window(model).append(prediction.labels[self._task].label)
                answered.add(model)
        if len(self._windows) < 2:
            return None
        (former, before), (newer, after) = self._windows.items()
        comparable = former[1] == newer[1] and min(len(before), len(after)) >= ENOUGH_MAILS
        return largest_gain(Counter(before), Counter(after)) if comparable and newer in answered else None

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

    It has a direction, unlike a distance: on the way back from a model that answers one label for everything, no label
    gains more than its usual share, so the same alarm does not keep the sound model out.
    """
    total_before, total_after = sum(before.values()), sum(after.values())
    return max(count / total_after - before.get(label, 0) / total_before for label, count in after.items())
