"""How often something was right, and how sure that is."""

import pytest

from mailroom_feedback_helpers.share import Share
from model.evaluation.confidence import wilson_interval


def test_without_cases_there_is_neither_a_share_nor_an_interval():
    assert (Share(cases=0, right=0).value, Share(cases=0, right=0).interval) == (None, None)


@pytest.mark.parametrize(("cases", "right"), [(1, 0), (1, 1), (10, 9), (57, 52), (1000, 1000)])
def test_the_interval_is_the_one_of_the_model_s_own_evaluation(cases: int, right: int):
    share = Share(cases=cases, right=right)
    assert share.value == right / cases
    assert share.interval == pytest.approx(wilson_interval(right / cases, cases), abs=1e-12)
