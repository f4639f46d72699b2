import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.errors import ContractError
from mailroom.prediction import ErrorCode, ItemError
from mailroom.wire.endpoint import Batch, description_from_json, invocation_from_json, results_from_json
from tests.support.strategies import quick

ANSWER = {
    "model_version": "m",
    "taxonomy_version": "t",
    "policy_version": "p",
    "results": [
        {
            "id": "1",
            "status": "ok",
            "language": {"code": "de", "confidence": 1},
            "labels": {"queue": {"label": "fees", "confidence": 0.5, "alternatives": []}},
            "decision": "suggest",
            "reasons": [],
            "queue_target": None,
            "truncated": False,
            "evidence": [],
        }
    ],
}


def changed(**fields):
    return {**ANSWER, "results": [{**ANSWER["results"][0], **fields}]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[" * 200_000,
        b"null",
        b"[]",
        b"{}",
        b'{"emails": {}}',
        b'{"emails": [], "mode": "live"}',
        b'{"emails": [], "options": {"top_k": 0}}',
        b'{"describe": false}',
        b"\xff",
    ],
)
def test_an_invocation_of_another_form_is_refused(body):
    with pytest.raises(ContractError):
        invocation_from_json(body)


@pytest.mark.parametrize(
    ("mail", "email_id"),
    [
        ({"id": "1"}, "1"),
        ({"id": 1, "body": ""}, None),
        ({"id": "\ud800", "body": ""}, None),
        (None, None),
    ],
)
def test_a_mail_of_another_form_is_an_error_in_its_place_with_an_id_that_can_be_sent_back(mail, email_id):
    batch = invocation_from_json(json.dumps({"emails": [mail]}))
    assert isinstance(batch, Batch)
    (item,) = batch.items
    assert isinstance(item, ItemError)
    assert (item.email_id, item.code) == (email_id, ErrorCode.INVALID_FIELD)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        "text",
        None,
        {**ANSWER, "results": []},
        {**ANSWER, "results": "x"},
        {**ANSWER, "results": [1]},
        {**ANSWER, "model_version": 1},
        changed(status="?"),
        changed(id=7),
        changed(language=None),
        changed(language={"code": "de", "confidence": float("nan")}),
        changed(labels=[]),
        changed(labels={"queue": {"label": "fees", "confidence": "high", "alternatives": []}}),
        changed(labels={"queue": {"label": "fees", "confidence": 1.5, "alternatives": []}}),
        changed(labels={"queue": {"label": None, "confidence": 1, "alternatives": []}}),
        changed(decision="maybe"),
        changed(reasons=["mood"]),
        changed(queue_target=3),
        changed(truncated="no"),
        changed(evidence=["\ud800"]),
        changed(evidence=None),
    ],
)
def test_an_answer_of_another_form_is_refused(answer):
    with pytest.raises(ContractError):
        results_from_json(json.dumps(answer).encode(), ["p-1"])


def test_an_answer_of_the_agreed_form_gets_its_prediction_ids():
    _, (result,) = results_from_json(json.dumps(ANSWER).encode(), ["p-1"])
    assert (result.email_id, result.prediction_id) == ("1", "p-1")


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ANSWER, *ANSWER["results"][0]]), inner)
    ),
    max_leaves=10,
)


@quick
@given(json_values)
def test_no_answer_at_all_breaks_the_reader(value):
    for body in (json.dumps(value), json.dumps({**ANSWER, "results": [value]})):
        with pytest.raises(ContractError):
            results_from_json(body.encode(), ["p-1"])
        with pytest.raises(ContractError):
            description_from_json(body.encode())


def test_a_description_whose_taxonomy_contradicts_itself_is_refused():
    body = json.dumps(
        {"model_version": "m", "policy": {}, "taxonomy": {"taxonomy_version": "1", "tasks": [], "labels": []}}
    )
    with pytest.raises(ContractError):
        description_from_json(body.encode())
