"""Thresholds keep the promised precision as far as the mails can prove it."""

import numpy as np
import pytest

from mailroom.policy import NEVER, Policy
from model.training.policy_fit import Routed, fit_policy, lower_bound, routing_task, threshold


def test_fifty_nine_faultless_mails_prove_95_percent_and_58_do_not():
    assert lower_bound(59, 59) >= 0.95
    assert lower_bound(58, 58) < 0.95
    assert lower_bound(0, 10) == 0.0


def test_the_threshold_is_the_lowest_that_the_mails_prove():
    confidences = np.concatenate([np.linspace(0.9, 1.0, 80), np.linspace(0.1, 0.5, 40)])
    right = np.concatenate([np.ones(80, bool), np.zeros(40, bool)])
    assert threshold(confidences, right, precision=0.95) == pytest.approx(0.9)


def test_equal_confidences_are_routed_together_or_not_at_all():
    confidences = np.full(100, 0.8)
    right = np.concatenate([np.ones(70, bool), np.zeros(30, bool)])
    assert threshold(confidences, right, precision=0.95) == NEVER


def test_a_label_without_enough_mails_of_its_own_takes_the_pooled_threshold():
    labels = ["often"] * 200 + ["rare"] * 5
    confidences = np.concatenate([np.linspace(0.5, 1.0, 200), np.linspace(0.9, 1.0, 5)])
    right = np.concatenate([np.linspace(0.5, 1.0, 200) > 0.55, np.ones(5, bool)])
    policy = fit_policy(
        Routed(labels=labels, confidences=confidences, right=right),
        routing_task="queue",
        labels=["often", "rare"],
        precision=0.95,
        version="fitted",
    )
    assert set(policy.thresholds) == {"often"}
    assert policy.threshold("rare") == policy.default_threshold < NEVER


def test_a_label_that_often_errs_is_not_vouched_for_by_the_others():
    labels = ["good"] * 900 + ["bad"] * 100
    confidences = np.concatenate([np.linspace(0.6, 1.0, 900), np.full(100, 0.95)])
    right = np.concatenate([np.ones(900, bool), np.arange(100) % 2 == 0])
    policy = fit_policy(
        Routed(labels=labels, confidences=confidences, right=right),
        routing_task="queue",
        labels=["good", "bad"],
        precision=0.9,
        version="fitted",
    )
    assert policy.threshold("bad") == NEVER


def test_without_any_evidence_nothing_is_routed_automatically():
    nothing = Routed(labels=[], confidences=np.zeros(0), right=np.zeros(0, bool))
    assert fit_policy(nothing, routing_task="queue", labels=["a"], precision=0.95, version="fitted") == Policy(
        version="fitted", routing_task="queue", target_precision=0.95, default_threshold=NEVER
    )


@pytest.mark.parametrize(
    ("tasks", "targets", "expected"),
    [
        (("line", "team"), {"team": True}, "team"),
        (("line_of_business", "queue"), {}, "queue"),
        (("category",), {}, "category"),
    ],
)
def test_mails_are_routed_by_the_task_with_queue_targets(tasks, targets, expected: str):
    assert routing_task(tasks, targets) == expected
