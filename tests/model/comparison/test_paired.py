"""Differences of two models on the same mails, held against scikit-learn's and SciPy's numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, f1_score

from model.comparison.paired import differences, mcnemar, scores_of
from model.comparison.results import Difference

LABELS = ("a", "b", "c")
_LABEL = st.sampled_from(LABELS)
_ROWS = st.lists(st.tuples(_LABEL, st.sampled_from([*LABELS, "other"]), _LABEL), min_size=1, max_size=30)


def _columns(rows: list[tuple[str, str, str]]) -> tuple[list[str], list[str], list[str], list[str]]:
    truth, first, second = (list(column) for column in zip(*rows, strict=True))
    return truth, first, second, sorted(set(truth))


@given(rows=_ROWS)
def test_scores_are_scikit_learns_over_the_labels_that_the_mails_have(rows: list[tuple[str, str, str]]):
    truth, said, _, labels = _columns(rows)
    scores = scores_of(truth, said, labels)
    assert scores.accuracy == pytest.approx(accuracy_score(truth, said))
    expected = f1_score(truth, said, labels=labels, average="macro", zero_division=0)
    assert scores.macro_f1 == pytest.approx(expected)


@given(rows=_ROWS)
def test_a_difference_is_that_of_the_scores_and_lies_within_its_possible_range(rows: list[tuple[str, str, str]]):
    truth, first, second, labels = _columns(rows)
    accuracy, macro_f1 = differences(truth, first, second, labels)
    one, other = scores_of(truth, first, labels), scores_of(truth, second, labels)
    assert accuracy.value == pytest.approx(one.accuracy - other.accuracy)
    assert macro_f1.value == pytest.approx(one.macro_f1 - other.macro_f1)
    for difference in (accuracy, macro_f1):
        assert -1 <= difference.low <= difference.high <= 1


@given(rows=_ROWS)
def test_exchanging_the_models_turns_the_difference_round(rows: list[tuple[str, str, str]]):
    truth, first, second, labels = _columns(rows)
    assert differences(truth, first, second, labels)[1].value == pytest.approx(
        -differences(truth, second, first, labels)[1].value
    )


def test_models_that_say_the_same_do_not_differ_in_any_resample():
    truth, said = ["a", "b", "a", "b"], ["a", "a", "a", "b"]
    nothing = Difference(value=0.0, low=0.0, high=0.0)
    assert differences(truth, said, said, ["a", "b"]) == (nothing, nothing)


def test_the_interval_is_that_of_the_pairs_and_narrower_than_two_models_apart_would_have():
    random = np.random.default_rng(0)
    truth = [LABELS[number] for number in random.integers(3, size=400)]
    first = [label if random.random() < 0.7 else "a" for label in truth]
    second = list(first)
    second[0] = "a" if second[0] != "a" else "b"
    accuracy, _ = differences(truth, first, second, LABELS)
    assert accuracy.high - accuracy.low < 0.02  # one mail of 400; apart, either would vary by 0.09


@given(first=st.integers(0, 40), second=st.integers(0, 40))
def test_the_p_value_is_the_exact_binomial_one(first: int, second: int):
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(expected)


def test_many_mails_do_not_overflow():
    assert mcnemar(5000, 5000) == 1.0
    assert mcnemar(3000, 6000) < 1e-200
