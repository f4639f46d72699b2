import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.policy import NEVER, Policy, decide
from mailroom.prediction import Decision, Reason, TaskPrediction
from tests.support.strategies import confidences, policies, quick

POLICY = Policy(
    version="1",
    routing_task="queue",
    target_precision=0.95,
    default_threshold=0.9,
    thresholds={"fees": 0.6, "estate": NEVER},
    review_floor=0.3,
    paused=frozenset({"stopped"}),
)


def predicted(label: str, confidence: float) -> dict[str, TaskPrediction]:
    return {"queue": TaskPrediction(label=label, confidence=confidence)}


@pytest.mark.parametrize(
    ("label", "confidence", "found", "expected"),
    [
        ("other", 0.9, (), (Decision.AUTO_ROUTE, ())),
        ("other", 0.89, (), (Decision.SUGGEST, (Reason.BELOW_THRESHOLD,))),
        ("fees", 0.6, (), (Decision.AUTO_ROUTE, ())),
        ("fees", 0.29, (), (Decision.HUMAN_REVIEW, (Reason.BELOW_THRESHOLD,))),
        ("estate", 1.0, (), (Decision.SUGGEST, (Reason.BELOW_THRESHOLD,))),
        ("stopped", 0.95, (), (Decision.SUGGEST, (Reason.PAUSED,))),
        ("other", 0.99, (Reason.MULTIPLE_REQUESTS,), (Decision.SUGGEST, (Reason.MULTIPLE_REQUESTS,))),
        ("other", 0.99, (Reason.TOO_SHORT,), (Decision.HUMAN_REVIEW, (Reason.TOO_SHORT,))),
        (
            "other",
            0.5,
            (Reason.NOVEL_CONTENT,),
            (Decision.HUMAN_REVIEW, (Reason.NOVEL_CONTENT, Reason.BELOW_THRESHOLD)),
        ),
    ],
)
def test_the_decision_follows_from_confidence_threshold_pause_and_what_was_found(label, confidence, found, expected):
    assert decide(predicted(label, confidence), POLICY, found) == expected


@quick
@given(policies, confidences, st.lists(st.sampled_from(Reason), max_size=3).map(tuple))
def test_a_mail_is_routed_automatically_exactly_if_nothing_speaks_against_it(policy, confidence, found):
    labels = {policy.routing_task: TaskPrediction(label="x", confidence=confidence)}
    decision, reasons = decide(labels, policy, found)
    assert (decision is Decision.AUTO_ROUTE) == (reasons == ())


@quick
@given(policies, policies, st.sampled_from(["a", "b"]))
def test_a_live_policy_only_tightens(fitted, live, label):
    both = fitted.tightened(live)
    assert both.threshold(label) == max(fitted.threshold(label), live.threshold(label))
    assert both.paused == fitted.paused | live.paused
    assert (both.review_floor, both.version) == (max(fitted.review_floor, live.review_floor), live.version)


@quick
@given(policies, policies)
def test_a_live_policy_tightens_every_label_that_either_names(fitted, live):
    both = fitted.tightened(live)
    for label in (*fitted.thresholds, *live.thresholds):
        assert both.threshold(label) == max(fitted.threshold(label), live.threshold(label))


def test_a_policy_cannot_be_changed_afterwards():
    with pytest.raises(TypeError):
        POLICY.thresholds["fees"] = 0.1
