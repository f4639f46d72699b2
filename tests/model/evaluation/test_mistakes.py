from mailroom.prediction import TaskPrediction
from model.evaluation.mistakes import confident_errors, frequent_confusions
from model.evaluation.results import ConfidentError, Confusion, ConfusionMatrix


def test_the_most_frequent_confusions_come_first_with_their_share_of_the_true_label():
    matrix = ConfusionMatrix(labels=("tax", "trading", "fees"), counts=((6, 1, 3), (4, 4, 0), (0, 0, 2)))
    assert frequent_confusions(matrix, limit=2) == (
        Confusion(truth="trading", predicted="tax", count=4, share=0.5),
        Confusion(truth="tax", predicted="fees", count=3, share=0.3),
    )


def test_without_mistakes_there_are_no_confusions():
    assert frequent_confusions(ConfusionMatrix(labels=("tax", "fees"), counts=((6, 0), (0, 2)))) == ()


def test_wrong_answers_the_model_was_sure_of_are_named_by_id_the_most_confident_first():
    confidences = (0.9, 0.7, 0.8, 1.0, 0.4)
    predicted = [{"queue": TaskPrediction(label="tax", confidence=confidence)} for confidence in confidences]
    truth = [{"queue": "fees"}, {"queue": "tax"}, {}, {"queue": "fees"}, {"queue": "fees"}]
    assert confident_errors(
        ["a", "b", "c", "d", "e"], truth, predicted, task="queue", known_labels=frozenset({"tax", "fees"})
    ) == (
        ConfidentError(id="d", truth="fees", predicted="tax", confidence=1.0),
        ConfidentError(id="a", truth="fees", predicted="tax", confidence=0.9),
    )


def test_a_label_the_model_was_never_taught_is_no_mistake_worth_a_look():
    predicted = [{"queue": TaskPrediction(label="tax", confidence=0.9)}]
    assert confident_errors(["a"], [{"queue": "new"}], predicted, task="queue", known_labels=frozenset({"tax"})) == ()
