from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.hosting.route import Route

OLD: Any = "old"
NEW: Any = "new"


def test_a_model_without_a_newcomer_answers_everything():
    assert {Route(OLD).choose() for _ in range(10)} == {OLD}


def test_half_of_the_invocations_is_every_second_one():
    route = Route(OLD, NEW, share=Fraction(1, 2))
    assert [route.choose() for _ in range(6)] == [OLD, NEW, OLD, NEW, OLD, NEW]


@given(share=st.fractions(0, 1, max_denominator=1000), number=st.integers(0, 500))
def test_a_newcomer_gets_its_exact_share_of_any_number_of_invocations_rounded_down(share: Fraction, number: int):
    route = Route(OLD, NEW, share=share)
    assert [route.choose() for _ in range(number)].count(NEW) == int(number * share)
