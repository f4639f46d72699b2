"""Requests that fail as a whole: problem+json, one sentence, nothing stored."""

import json

import pytest

from tests.support.feedback_api import item
from tests.support.openapi import validator_of


def assert_problem(answer, status, detail, secret="geheim-4711"):
    assert (answer.status, answer.body["detail"]) == (status, detail)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert secret not in json.dumps(answer.body) + str(answer.headers)
    validator_of("Problem").validate(answer.body)


@pytest.fixture(autouse=True)
def nothing_is_stored(ledger):
    yield
    assert ledger.rows == []


@pytest.mark.parametrize("content_type", ["text/plain", ""])
def test_anything_but_json_is_a_415(api, content_type):
    answer = api.post({"items": [item()]}, content_type=content_type)
    assert_problem(answer, 415, "The request body must be application/json.")


@pytest.mark.parametrize("body", ["", '{"items": ["geheim-4711"', '{"items": [NaN]}'])
def test_what_is_not_json_is_a_400(api, body):
    assert_problem(api.post(body), 400, "The request body is not valid JSON in UTF-8.")


@pytest.mark.parametrize(
    ("payload", "status", "detail"),
    [
        ({"items": []}, 422, "items must be a list of at least one item."),
        ({"items": [item()], "geheim": 1}, 422, "The request has the unknown field 'geheim'; known are items."),
        ([item()], 422, "The request must be an object."),
        ({"items": [item()] * 501}, 413, "A request holds at most 500 items; this one has 501."),
        ({"items": [item(agent_ref="x" * (4 << 20))]}, 413, "The request is larger than 4 MB."),
    ],
)
def test_an_envelope_of_another_form_is_refused(api, payload, status, detail):
    assert_problem(api.post(payload), status, detail)


@pytest.mark.parametrize("client_id", [None, ""])
def test_without_a_client_nothing_is_taken(api, client_id):
    assert_problem(api.give(item(), client_id=client_id), 403, "The header x-api-key must hold a valid API key.")


def test_another_path_or_method_is_unknown(api):
    assert_problem(api.give(item(), path="/v1/classifications"), 404, "There is no such resource.")
    answer = api.give(item(), method="PUT")
    assert_problem(answer, 405, "This resource does not know that method.")
    assert answer.headers["Allow"] == "POST"
