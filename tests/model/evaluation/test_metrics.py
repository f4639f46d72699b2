from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import classification_report

from mailroom.prediction import Decision, TaskPrediction
from model.evaluation.metrics import evaluate_predictions
from model.evaluation.results import ConfusionMatrix, DecisionSummary, GroupScore, LabelScores, LanguageEvaluation

ORDER = {"queue": ["tax", "trading"], "topic": ["loss", "order", "status"]}
KNOWN = {task: frozenset(labels) for task, labels in ORDER.items()}


def said(queue, topic, confidence=0.9):
    return {
        "queue": TaskPrediction(label=queue, confidence=confidence),
        "topic": TaskPrediction(label=topic, confidence=confidence / 2),
    }


TRUTH = [
    {"queue": "tax", "topic": "loss"},
    {"queue": "tax", "topic": "loss"},
    {"queue": "trading", "topic": "order"},
    {"queue": "trading"},
]
PREDICTED = [
    said("tax", "loss"),
    said("trading", "order", 0.6),
    said("trading", "status", 0.8),
    said("trading", "order"),
]


def evaluated(truth=TRUTH, predicted=PREDICTED, **changes):
    arguments = {
        "tasks": ["queue", "topic"],
        "label_order": ORDER,
        "decisions": None,
        "known_labels": KNOWN,
        "languages": None,
    } | changes
    return evaluate_predictions(truth, predicted, **arguments)


def test_scores_of_a_task_are_those_one_counts_by_hand():
    queue = evaluated().tasks["queue"]
    assert (queue.n, queue.accuracy) == (4, 0.75)
    assert queue.labels == (
        LabelScores(label="tax", precision=1.0, recall=0.5, f1=pytest.approx(2 / 3), support=2),
        LabelScores(label="trading", precision=pytest.approx(2 / 3), recall=1.0, f1=pytest.approx(0.8), support=2),
    )
    assert queue.confusion == ConfusionMatrix(labels=("tax", "trading"), counts=((1, 1), (0, 2)))
    assert queue.mean_confidence == pytest.approx(0.8)


def test_a_mail_without_a_label_does_not_count_for_that_task():
    topic = evaluated().tasks["topic"]
    assert (topic.n, sum(map(sum, topic.confusion.counts))) == (3, 3)


def test_all_averages_agree_with_scikit_learn(world):
    made = world({"topic": 12}, mails=400)
    scores = made.evaluation().tasks["topic"]
    expected = classification_report(
        [labels["topic"] for labels in made.truth],
        [labels["topic"].label for labels in made.predicted],
        output_dict=True,
        zero_division=0,
    )
    found = {
        "accuracy": scores.accuracy,
        "macro avg": {
            "precision": scores.macro_precision,
            "recall": scores.macro_recall,
            "f1-score": scores.macro_f1,
            "support": scores.n,
        },
        "weighted avg": {
            "precision": scores.weighted_precision,
            "recall": scores.weighted_recall,
            "f1-score": scores.weighted_f1,
            "support": scores.n,
        },
    } | {
        one.label: {"precision": one.precision, "recall": one.recall, "f1-score": one.f1, "support": one.support}
        for one in scores.labels
    }
    assert found == expected


def test_macro_f1_runs_over_labels_that_are_true_or_predicted():
    # order is predicted twice and never right, status once; tax is neither true nor predicted here and does not count.
    topic = evaluated().tasks["topic"]
    assert [label.label for label in topic.labels] == ["loss", "order", "status"]
    assert topic.macro_f1 == pytest.approx((2 / 3 + 0 + 0) / 3)


def test_labels_stand_in_the_given_order_and_strangers_after_them_alphabetically():
    truth = [{"topic": "zebra"}, {"topic": "status"}, {"topic": "aardvark"}]
    topic = evaluated(truth, [said("tax", "loss")] * 3).tasks["topic"]
    assert topic.confusion.labels == ("loss", "status", "aardvark", "zebra")


def test_labels_the_model_was_never_taught_are_counted_apart():
    truth = [*TRUTH, {"queue": "crypto"}, {"queue": "crypto"}]
    queue = evaluated(truth, [*PREDICTED, said("tax", "loss"), said("tax", "loss")]).tasks["queue"]
    assert (queue.unknown_rows, queue.unknown_labels) == (2, ("crypto",))
    assert (queue.accuracy, queue.accuracy_on_known) == (0.5, 0.75)


def test_accuracy_on_known_labels_is_none_if_every_label_is_unknown():
    queue = evaluated([{"queue": "crypto"}], [said("tax", "loss")]).tasks["queue"]
    assert (queue.accuracy, queue.accuracy_on_known) == (0.0, None)


def test_known_labels_that_never_occur_are_named():
    assert evaluated([{"topic": "loss"}], [said("tax", "status")]).tasks["topic"].absent_labels == ("order",)


def test_a_task_without_any_label_is_named_and_not_measured():
    evaluation = evaluated([{"queue": "tax"}], [said("tax", "loss")])
    assert (tuple(evaluation.tasks), evaluation.unmeasured_tasks) == (("queue",), ("topic",))
    assert evaluation.exact_match is None


def test_exact_match_counts_the_mails_that_have_every_label():
    match = evaluated().exact_match
    assert match is not None
    assert (match.n, match.accuracy) == (3, pytest.approx(1 / 3))


def test_decisions_are_counted_and_what_is_routed_is_compared_with_the_truth():
    route, suggest = Decision.AUTO_ROUTE, Decision.SUGGEST
    evaluation = evaluated(decisions=[route, suggest, route, route], routing_task="queue")
    assert evaluation.decisions == DecisionSummary(
        routing_task="queue",
        shares={"auto_route": 0.75, "suggest": 0.25, "human_review": 0.0},
        routed_with_truth=3,
        routing_precision=1.0,
        routed_with_all_truth=2,
        exact_match_precision=0.5,
    )


def test_precision_of_routing_is_none_if_nothing_is_routed():
    decisions = evaluated(decisions=[Decision.HUMAN_REVIEW] * 4, routing_task="queue").decisions
    assert decisions is not None
    assert (decisions.routing_precision, decisions.exact_match_precision) == (None, None)


def test_languages_are_scored_apart_the_most_frequent_first_and_unknown_ones_as_und():
    evaluation = evaluated(languages=["de", "en", "de", None])
    assert dict(evaluation.languages) == {
        "de": LanguageEvaluation(
            rows=2,
            exact_match_accuracy=0.5,
            tasks={
                "queue": GroupScore(n=2, accuracy=1.0, macro_f1=1.0),
                "topic": GroupScore(n=2, accuracy=0.5, macro_f1=pytest.approx(1 / 3)),
            },
        ),
        "en": LanguageEvaluation(
            rows=1,
            exact_match_accuracy=0.0,
            tasks={
                "queue": GroupScore(n=1, accuracy=0.0, macro_f1=0.0),
                "topic": GroupScore(n=1, accuracy=0.0, macro_f1=0.0),
            },
        ),
        "und": LanguageEvaluation(
            rows=1, exact_match_accuracy=None, tasks={"queue": GroupScore(n=1, accuracy=1.0, macro_f1=1.0)}
        ),
    }
    assert list(evaluation.languages) == ["de", "en", "und"]


def test_equal_input_gives_an_equal_evaluation(world):
    assert world({"topic": 5}).evaluation() == world({"topic": 5}).evaluation()


def test_the_order_of_the_mails_does_not_matter(world):
    made = world({"queue": 4, "topic": 9})
    order = np.random.default_rng(1).permutation(len(made.truth))
    shuffled = replace(
        made,
        **{
            name: [getattr(made, name)[row] for row in order]
            for name in ("truth", "predicted", "decisions", "languages")
        },
    )
    there, here = made.evaluation(), shuffled.evaluation()
    assert (there.tasks["topic"].confusion, there.tasks["topic"].risk_coverage[-1], there.decisions) == (
        here.tasks["topic"].confusion,
        here.tasks["topic"].risk_coverage[-1],
        here.decisions,
    )
    assert there.tasks["topic"].expected_calibration_error == pytest.approx(
        here.tasks["topic"].expected_calibration_error
    )


def test_no_mail_at_all_is_an_evaluation_of_nothing():
    evaluation = evaluated([], [], decisions=[], routing_task="queue", languages=[])
    assert (evaluation.rows, dict(evaluation.tasks), evaluation.unmeasured_tasks) == (0, {}, ("queue", "topic"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"predicted": PREDICTED[:2]}, "predicted has 2 rows, truth has 4"),
        ({"languages": ["de"]}, "languages has 1 rows, truth has 4"),
        ({"predicted": [{"queue": TaskPrediction(label="tax", confidence=1.0)}] * 4}, "lacks the task 'topic'"),
        ({"decisions": [Decision.SUGGEST] * 4}, "routing_task"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        evaluated(**changes)
