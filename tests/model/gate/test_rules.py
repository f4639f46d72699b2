"""The gate's rules."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from model.comparison.results import Comparison, Coverage
from model.gate.rules import GateError, Limits, judge
from model.gate.verdict import MAX_TEXT, Failure, Verdict
from tests.support.evaluations import FROZEN_SET, comparison_of, evaluation_of

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
LIMITS = Limits(minimum_scores={"queue": 0.8, "topic": 0.7}, test_mails=1, margin=0.01, coverage=0.8)


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
            text="queue has a macro-F1 of 0.870 where the champion has 0.900, 0.020 beyond the margin of 0.010 "
            "(difference -0.030, 95 % interval -0.030 to -0.030).",
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


def _registered(name: str | None, sha256: str | None) -> Comparison:
    comparison = comparison_of({"queue": 0.9}, {"queue": 0.9})
    champion = replace(comparison.champion, registered_set=name, registered_sha256=sha256)
    return replace(comparison, champion=champion)


def test_a_set_of_the_same_name_must_hold_the_mails_that_the_champion_was_registered_with():
    with pytest.raises(GateError, match="test set tiny-1/2026-03 are not those that the champion was registered with"):
        _judge(_registered(FROZEN_SET, "b" * 64))
    assert _judge(_registered(FROZEN_SET, "a" * 64)).passed


def test_a_set_that_was_made_anew_under_another_name_holds_others():
    assert _judge(_registered("tiny-1/2026-02", "b" * 64)).passed


def test_a_task_measured_on_too_few_mails_fails_by_those_that_are_missing():
    said = judge(
        evaluation_of({"queue": 0.9, "topic": 0.9}, rows=20),
        comparison_of({"queue": 0.9, "topic": 0.9}, None, mails=20),
        known_labels=KNOWN,
        taxonomy=TAXONOMY,
        limits=replace(LIMITS, minimum_scores={"queue": 0.8}, test_mails=30),
    )
    assert said.failures == (
        Failure(
            rule="test_mails",
            task="queue",
            value=20,
            limit=30,
            by=10,
            text="queue was measured on 20 mails, and 30 are the least that say anything.",
        ),
    )


def _covered(**coverage: Coverage) -> Comparison:
    comparison = comparison_of({"queue": 0.9}, {"queue": 0.9})
    return replace(comparison, test=replace(comparison.test, coverage=coverage))


def test_a_task_that_hardly_any_mail_was_compared_in_fails_by_the_share_that_is_missing():
    assert _judge(_covered(topic=Coverage(mails=40, compared=10, declared=2))).failures == (
        Failure(
            rule="coverage",
            task="topic",
            value=0.3,
            limit=0.8,
            by=0.5,
            text="topic: 10 of 40 mails could be compared with the champion, and of 2 others the taxonomy declares the "
            "label as newer (30% in all, 80% must be).",
        ),
    )


def test_a_task_whose_labels_the_taxonomy_declares_as_new_passes_and_is_told():
    said = _judge(
        _covered(queue=Coverage(mails=40, compared=40, declared=0), topic=Coverage(mails=40, compared=0, declared=40))
    )
    assert said == Verdict(failures=(), notes=("topic: compared with the champion on 0 of 40 mails.",))
    assert said.text == "All rules hold. topic: compared with the champion on 0 of 40 mails."


def test_a_champion_that_cannot_be_measured_is_a_refusal_that_names_the_ways_on():
    comparison = comparison_of({"queue": 0.9}, {"queue": 0.9})
    champion = replace(comparison.champion, mails=0, mails_sha256="", frozen_set="tiny-0/2025-01")
    unmeasured = replace(comparison, champion=champion, test=None, unmeasured="its own code fails here (ImportError)")
    assert _judge(unmeasured).failures == (
        Failure(
            rule="champion_not_measured",
            task="all",
            value=0,
            limit=1,
            by=1,
            text="The champion 2026-03-01.0a0b0c0d cannot be measured, so nobody knows whether the new model is worse: "
            "its own code fails here (ImportError). Repack it with today's code, or reject it, so that it is the "
            "measure no longer.",
        ),
    )


def test_how_the_champion_was_measured_is_told_with_the_verdict():
    comparison = comparison_of({"queue": 0.9}, {"queue": 0.9})
    champion = replace(comparison.champion, note="Through its own code.")
    assert _judge(replace(comparison, champion=champion)).text == "All rules hold. Through its own code."


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
