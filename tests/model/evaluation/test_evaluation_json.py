import json
import re

import pytest

from model.evaluation.errors import EvaluationError
from model.evaluation.evaluation_json import evaluation_from_json, evaluation_to_json
from model.evaluation.results import Evaluation


@pytest.fixture
def evaluation(world) -> Evaluation:
    return world({"queue": 3, "topic": 6}, mails=120).evaluation()


def test_an_evaluation_survives_writing_and_reading_but_for_the_seventh_decimal(evaluation):
    text = evaluation_to_json(evaluation)
    read = evaluation_from_json(text)
    assert evaluation_to_json(read) == text
    assert read.tasks["topic"].confusion == evaluation.tasks["topic"].confusion
    assert read.tasks["topic"].macro_f1 == round(evaluation.tasks["topic"].macro_f1, 6)


def test_an_evaluation_with_nothing_optional_survives_too(world):
    plain = world({"queue": 2}).evaluation(decisions=None, languages=None, routing_task=None)
    assert evaluation_from_json(evaluation_to_json(plain)).decisions is None


def test_scores_lie_where_a_pipelines_condition_looks_for_them(evaluation):
    document = json.loads(evaluation_to_json(evaluation))
    assert document["tasks"]["queue"]["accuracy"] == round(evaluation.tasks["queue"].accuracy, 6)
    assert document["exact_match"]["n"] == 120
    assert set(document["decisions"]["shares"]) == {"auto_route", "suggest", "human_review"}


def test_floats_have_at_most_six_decimals(evaluation):
    assert not re.search(r"\d\.\d{7}", evaluation_to_json(evaluation))


def test_a_row_of_the_confusion_matrix_is_one_line(world):
    text = evaluation_to_json(world({"queue": 2}, mails=4).evaluation())
    assert re.search(r'"counts": \[\n +\[\d, \d\],\n +\[\d, \d\]\n', text)


def test_a_whole_number_is_read_as_the_float_it_stands_for(evaluation):
    document = json.loads(evaluation_to_json(evaluation))
    document["tasks"]["queue"]["accuracy"] = 1
    accuracy = evaluation_from_json(json.dumps(document)).tasks["queue"].accuracy
    assert (accuracy, type(accuracy)) == (1.0, float)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.pop("schema"), "The file is not an evaluation of the schema 'mailroom.evaluation/1'."),
        (lambda d: d.pop("rows"), "In evaluation, the field 'rows' is missing."),
        (lambda d: d.update(extra=1), "In evaluation, the field 'extra' is unknown."),
        (lambda d: d.update(rows="many"), "In the evaluation, evaluation.rows is not a whole number."),
        (
            lambda d: d["tasks"]["queue"].update(accuracy=True),
            "In the evaluation, evaluation.tasks.queue.accuracy is not a number.",
        ),
        (
            lambda d: d["tasks"]["queue"]["labels"].__setitem__(0, 7),
            "In the evaluation, evaluation.tasks.queue.labels[0] is not an object.",
        ),
    ],
)
def test_a_foreign_or_damaged_evaluation_is_refused_with_a_sentence(evaluation, change, sentence):
    document = json.loads(evaluation_to_json(evaluation))
    change(document)
    with pytest.raises(EvaluationError, match=f"^{re.escape(sentence)}$"):
        evaluation_from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["", "no json", "[]", "null"])
def test_what_is_no_evaluation_at_all_is_refused(text):
    with pytest.raises(EvaluationError):
        evaluation_from_json(text)
