"""The gate's three rules."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from model.comparison.results import Comparison
from model.gate.rules import GateError, Limits, judge
from model.gate.verdict import MAX_TEXT, Failure, Verdict
from tests.support.evaluations import comparison_of, evaluation_of

TAXONOMY = Taxonomy(
    version="t-1",
    tasks=("queue", "topic"),
    labels=(
        Label(id="fees", task="queue"),
        Label(id="transfers", task="queue"),
        Label(id="faxes", task="queue", status=LabelStatus.DEPRECATED),
        Label(id="plans", task="queue", status=LabelStatus.DRAFT),
        Label(id="invoice", task="topic"),
    ),
)
KNOWN = {"queue": ("fees", "transfers"), "topic": ("invoice",)}
LIMITS = Limits(minimum_scores={"queue": 0.8, "topic": 0.7}, margin=0.01)


def verdict(
    candidate: Mapping[str, float],
    champion: Mapping[str, float] | None = None,
    known: Mapping[str, tuple[str, ...]] = KNOWN,
) -> Verdict:
    return judge(
        evaluation_of(candidate),
        comparison_of(candidate, champion),
        known_labels=known,
        taxonomy=TAXONOMY,
        limits=LIMITS,
    )


def test_the_first_model_passes_on_its_scores_alone():
    assert verdict({"queue": 0.8, "topic": 0.7}) == Verdict(failures=())


def test_a_task_below_its_minimum_fails_by_what_is_missing():
    assert verdict({"queue": 0.75, "topic": 0.7}).failures == (
        Failure(
            rule="minimum_score",
            task="queue",
            value=0.75,
            limit=0.8,
            by=0.05,
            text="queue has a macro-F1 of 0.750 and must reach 0.800 (0.050 too little).",
        ),
    )


def test_a_task_that_was_not_measured_fails_by_its_whole_minimum():
    (failure,) = verdict({"queue": 0.9}).failures
    assert (failure.rule, failure.task, failure.by) == ("minimum_score", "topic", 0.7)
    assert failure.text == "topic was not measured and must reach 0.700 (0.700 too little)."


@pytest.mark.parametrize("score", [0.95, 0.9, 0.89])
def test_a_task_may_lose_the_margin_against_the_champion(score: float):
    assert verdict({"queue": score, "topic": 0.9}, {"queue": 0.9, "topic": 0.9}).passed


def test_a_task_that_loses_more_than_the_margin_fails_by_what_lies_beyond_it():
    assert verdict({"queue": 0.87, "topic": 0.9}, {"queue": 0.9, "topic": 0.9}).failures == (
        Failure(
            rule="champion",
            task="queue",
            value=0.87,
            limit=0.89,
            by=0.02,
            text="queue has a macro-F1 of 0.870 where the champion has 0.900, 0.020 beyond the margin of 0.010.",
        ),
    )


def test_one_task_that_gains_does_not_make_up_for_one_that_loses():
    assert not verdict({"queue": 1.0, "topic": 0.8}, {"queue": 0.8, "topic": 0.9}).passed


def test_a_task_that_only_the_champion_has_was_lost_altogether():
    failures = verdict({"queue": 0.9}, {"queue": 0.9, "topic": 0.9}).failures
    assert [(failure.rule, failure.task) for failure in failures] == [("minimum_score", "topic"), ("champion", "topic")]


def test_a_task_that_the_champion_does_not_have_is_not_compared():
    assert verdict({"queue": 0.9, "topic": 0.7}, {"queue": 0.9}).passed


def test_an_active_label_that_the_model_does_not_know_fails_and_is_named():
    assert verdict({"queue": 0.9, "topic": 0.9}, known={**KNOWN, "queue": ("fees",)}).failures == (
        Failure(
            rule="unknown_labels",
            task="queue",
            value=1,
            limit=0,
            by=1,
            text="queue: the model does not know 1 active labels (transfers).",
        ),
    )


def test_deprecated_and_draft_labels_need_not_be_known():
    assert verdict({"queue": 0.9, "topic": 0.9}).passed


def test_every_failure_is_told_at_once():
    said = verdict({"queue": 0.1, "topic": 0.9}, {"queue": 0.9, "topic": 0.9}, known={"queue": ("fees",)})
    assert [(failure.rule, failure.task) for failure in said.failures] == [
        ("minimum_score", "queue"),
        ("champion", "queue"),
        ("unknown_labels", "queue"),
        ("unknown_labels", "topic"),
    ]
    assert said.text == " ".join(failure.text for failure in said.failures)


def test_a_text_too_long_for_a_pipeline_is_cut():
    failure = Failure(rule="champion", task="queue", value=0, limit=1, by=1, text="x" * 600)
    text = Verdict(failures=(failure, failure)).text
    assert (len(text), text[-1]) == (MAX_TEXT, "…")


def _judge(comparison: Comparison) -> Verdict:
    return judge(
        evaluation_of({"queue": 0.9, "topic": 0.9}), comparison, known_labels=KNOWN, taxonomy=TAXONOMY, limits=LIMITS
    )


def test_scores_on_different_mails_are_not_compared():
    comparison = comparison_of({"queue": 0.9}, {"queue": 0.9})
    other = replace(comparison.champion, mails=90, mails_sha256="b" * 64)
    with pytest.raises(GateError, match="measured on 100 mails and the champion on 90, and they are not the same ones"):
        _judge(replace(comparison, champion=other))


def test_as_many_mails_that_are_others_are_not_compared():
    comparison = comparison_of({"queue": 0.9}, {"queue": 0.9})
    with pytest.raises(GateError, match="are not the same ones with the same labels"):
        _judge(replace(comparison, champion=replace(comparison.champion, mails_sha256="b" * 64)))


def test_scores_on_different_frozen_sets_are_not_compared():
    comparison = comparison_of({"queue": 0.9}, {"queue": 0.9})
    with pytest.raises(GateError, match="on the frozen test set tiny-1/2026-03 and the champion on tiny-0/2025-03"):
        _judge(replace(comparison, champion=replace(comparison.champion, frozen_set="tiny-0/2025-03")))


def test_a_comparison_of_other_mails_than_the_evaluation_is_refused():
    with pytest.raises(GateError, match="evaluated on 100 mails and compared on 90"):
        _judge(comparison_of({"queue": 0.9}, None, mails=90))


_SCORE = st.floats(0, 1).map(lambda value: round(value, 3))


@given(
    former=st.fixed_dictionaries({"queue": _SCORE, "topic": _SCORE}),
    worse=st.fixed_dictionaries({"queue": _SCORE, "topic": _SCORE}),
    gain=st.fixed_dictionaries({"queue": _SCORE, "topic": _SCORE}),
    unknown=st.sampled_from([(), ("transfers",)]),
)
def test_a_better_model_never_fails_where_a_worse_one_passed(
    former: dict[str, float], worse: dict[str, float], gain: dict[str, float], unknown: tuple[str, ...]
):
    better = {task: min(1.0, score + gain[task]) for task, score in worse.items()}
    known = {**KNOWN, "queue": tuple(label for label in KNOWN["queue"] if label not in unknown)}
    first, second = verdict(worse, former, known), verdict(better, former, KNOWN)
    broken = {(failure.rule, failure.task) for failure in first.failures}
    assert {(failure.rule, failure.task) for failure in second.failures} <= broken
    assert all(failure.by > 0 and failure.task in failure.text for failure in first.failures)


def test_only_what_the_champion_could_know_is_held_against_the_new_model():
    comparison = comparison_of({"queue": 0.9}, {"queue": 0.9})
    evaluation = evaluation_of({"queue": 0.82, "topic": 0.9})  # lower for a label that is new
    said = judge(evaluation, comparison, known_labels=KNOWN, taxonomy=TAXONOMY, limits=LIMITS)
    assert said == Verdict(failures=())
