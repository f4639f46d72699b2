"""Requests that fail as a whole: problem+json, one sentence, never a word of the mail."""

import base64
import json

import pytest

from tests.support.classify_api import SECRET, mail
from tests.support.openapi import validator_of


def assert_problem(answer, status, detail):
    assert (answer.status, answer.body["detail"]) == (status, detail)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["status"] == status
    assert SECRET not in json.dumps(answer.body) + str(answer.headers)
    validator_of("Problem").validate(answer.body)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_anything_but_json_is_a_415(api, content_type):
    assert_problem(
        api.post({"emails": [mail()]}, content_type=content_type), 415, "The request body must be application/json."
    )


def test_a_request_without_any_header_is_a_415(api):
    assert api.call("POST", "/v1/classifications", body="{}").status == 415


@pytest.mark.parametrize("body", ["", f'{{"emails": ["{SECRET}"', '{"emails": [{"id": "1", "body": NaN}]}', "\ud800"])
def test_what_is_not_json_is_a_400(api, body):
    assert_problem(api.post(body), 400, "The request body is not valid JSON in UTF-8.")


def test_a_body_that_is_not_utf_8_is_a_400(api):
    body = base64.b64encode('{"emails": "ä"}'.encode("latin-1")).decode()
    answer = api.call(
        "POST", "/v1/classifications", body=body, is_base64=True, headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 400, "The request body is not valid JSON in UTF-8.")


def test_a_body_that_is_not_the_base64_it_should_be_is_a_400(api):
    answer = api.call(
        "POST", "/v1/classifications", body="%%%", is_base64=True, headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 400, "The request body is not valid base64.")


def test_deep_nesting_is_a_400(api):
    assert_problem(api.post('{"emails": ' + "[" * 100_000), 400, "The request body is nested too deeply.")


def test_more_than_a_hundred_mails_are_a_413(api):
    assert_problem(
        api.classify(*(mail(str(number)) for number in range(101))),
        413,
        "A request holds at most 100 mails; this one has 101.",
    )


def test_more_than_four_megabytes_are_a_413(api):
    assert_problem(api.classify(mail(body=SECRET * 400_000)), 413, "The request is larger than 4 MB.")


@pytest.mark.parametrize(
    ("payload", "detail"),
    [
        (
            {"emails": [mail()], "priority": SECRET},
            "The request has the unknown field 'priority'; known are emails, mode, options.",
        ),
        ({"emails": [mail()], f"{SECRET} €": 1}, "The request has the unknown field; known are emails, mode, options."),
        ({"mails": [mail()]}, "The request has the unknown field 'mails'; known are emails, mode, options."),
        ({"emails": []}, "emails must be a list of at least one mail."),
        ({"emails": [mail()], "options": {"top_k": SECRET}}, "options.top_k must be a whole number."),
        ([mail()], "The request must be an object."),
    ],
)
def test_an_envelope_of_another_form_is_a_422(api, payload, detail):
    assert_problem(api.post(payload), 422, detail)


def test_an_unknown_path_is_a_404(api):
    assert_problem(api.get(f"/v1/{SECRET}"), 404, "There is no such resource.")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/classifications", "POST"),
        ("POST", "/v1/labels", "GET"),
        ("DELETE", "/v1/health", "GET"),
        ("OPTIONS", "/v1/classifications", "POST"),
        ("HEAD", "/v1/openapi.json", "GET"),
    ],
)
def test_another_method_is_a_405_that_names_the_right_one(api, method, path, allowed):
    answer = api.call(method, path)
    assert_problem(answer, 405, "This resource does not know that method.")
    assert answer.headers["Allow"] == allowed
    assert not any(name.lower().startswith("access-control") for name in answer.headers)
