import numpy as np
import pytest
from sklearn.metrics import f1_score

from model.evaluation.bootstrap import confusion_intervals, share_interval
from model.evaluation.results import Interval

pytestmark = pytest.mark.slow

COUNTS = np.array([[40, 5, 0], [3, 25, 2], [0, 1, 6]])


def test_intervals_are_those_of_resampling_the_mails_one_by_one():
    truth, predicted = (np.repeat(side, COUNTS.ravel()) for side in np.indices(COUNTS.shape).reshape(2, -1))
    random = np.random.default_rng(0)
    accuracy, macro = [], []
    for _ in range(400):
        drawn = random.integers(len(truth), size=len(truth))
        accuracy.append((truth[drawn] == predicted[drawn]).mean())
        macro.append(f1_score(truth[drawn], predicted[drawn], average="macro"))
    for found, expected in zip(confusion_intervals(COUNTS, resamples=4000), (accuracy, macro), strict=True):
        assert (found.low, found.high) == pytest.approx(tuple(np.quantile(expected, [0.025, 0.975])), abs=0.025)


def test_an_interval_is_the_same_each_time():
    assert confusion_intervals(COUNTS) == confusion_intervals(COUNTS)


def test_without_mistakes_the_interval_is_a_point():
    point = Interval(low=1.0, high=1.0)
    assert confusion_intervals(np.diag([3, 4])) == (point, point)
    assert share_interval(5, 5) == point


def test_more_mails_make_a_narrower_interval():
    few, many = share_interval(9, 10), share_interval(900, 1000)
    assert many.high - many.low < 0.05 < few.high - few.low
