import json

import pytest

from model.comparison.compare import compare
from model.comparison.comparison_json import comparison_from_json, comparison_to_json
from model.evaluation.errors import EvaluationError
from tests.support.comparisons import NOW, entrant, former, judged


def test_a_comparison_is_read_back_as_it_was():
    mine = judged("topic", [("order", "order"), ("bill", "order"), ("passkey", "bill")])
    theirs = judged("topic", [("order", "order"), ("bill", "invoice"), ("passkey", "order")])
    comparison = compare(entrant(mine, recent=mine), former(theirs, recent=theirs), taxonomy=NOW)
    text = comparison_to_json(comparison)
    assert comparison_to_json(comparison_from_json(text)) == text
    assert comparison_from_json(text).test.shown == comparison.test.shown


def test_a_first_models_comparison_is_read_back_too():
    comparison = compare(entrant(judged("queue", [("fees", "fees")])), None, taxonomy=NOW)
    assert comparison_from_json(comparison_to_json(comparison)) == comparison


def test_one_that_an_older_version_wrote_is_read_with_what_it_does_not_say_left_open():
    comparison = compare(entrant(judged("queue", [("fees", "fees")])), None, taxonomy=NOW)
    content = json.loads(comparison_to_json(comparison))
    del content["unmeasured"], content["challenger"]["registered_sha256"]
    assert comparison_from_json(json.dumps(content)) == comparison


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not valid JSON"),
        ("[]", "not a comparison of the schema"),
        ('{"schema": "mailroom.evaluation/1"}', "not a comparison of the schema"),
        ('{"schema": "mailroom.comparison/1"}', "the field 'challenger' is missing"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text: str, said: str):
    with pytest.raises(EvaluationError, match=said):
        comparison_from_json(text)


def test_a_field_of_another_type_is_named():
    content = json.loads(comparison_to_json(compare(entrant(judged("queue", [("fees", "fees")])), None, taxonomy=NOW)))
    content["challenger"]["mails"] = "two"
    with pytest.raises(EvaluationError, match=r"comparison\.challenger\.mails is not a whole number"):
        comparison_from_json(json.dumps(content))
