"""What the gateway answers without asking a function."""

import json

import botocore.session
import pytest

from mailroom.openapi import document
from mailroom.wire.problem import Problem
from stacks.constructs.refusals import TITLES
from tests.support.openapi import validator_of
from tests.support.templates import Assembly, Resource

# What a client acts on: the status of each.
STATUS = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 500,
    "BAD_REQUEST_BODY": 400,
    "BAD_REQUEST_PARAMETERS": 400,
    "DEFAULT_4XX": 400,
    "DEFAULT_5XX": 500,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 503,
    "INTEGRATION_TIMEOUT": 503,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}
RETRY_AFTER = {"INTEGRATION_FAILURE": 5, "INTEGRATION_TIMEOUT": 5, "QUOTA_EXCEEDED": 3600, "THROTTLED": 1}


@pytest.fixture
def refusals(assembly: Assembly) -> dict[str, Resource]:
    """Type to gateway response."""
    found = assembly["prod", "api"].of_type("AWS::ApiGateway::GatewayResponse").values()
    return {response["Properties"]["ResponseType"]: response["Properties"] for response in found}


def test_every_refusal_that_api_gateway_knows_has_a_status_of_the_contract(refusals: dict[str, Resource]):
    known = botocore.session.get_session().get_service_model("apigateway").shape_for("GatewayResponseType").enum
    assert {name: int(refusal["StatusCode"]) for name, refusal in refusals.items()} == STATUS
    assert set(refusals) == set(known)


def test_every_refusal_is_a_problem_of_the_contract_with_its_own_status(refusals: dict[str, Resource]):
    for name, refusal in refusals.items():
        (template,) = refusal["ResponseTemplates"].values()
        problem = json.loads(template)
        validator_of("Problem").validate(problem)
        assert problem == Problem(STATUS[name], problem["detail"]).to_json(), name


def test_the_titles_are_those_that_the_functions_give():
    assert {status: Problem(status, "").to_json()["title"] for status in TITLES} == TITLES


def test_a_refusal_names_its_request_and_when_to_come_back(refusals: dict[str, Resource]):
    for name, refusal in refusals.items():
        retry = {"gatewayresponse.header.Retry-After": f"'{RETRY_AFTER[name]}'"} if name in RETRY_AFTER else {}
        assert refusal["ResponseParameters"] == {
            "gatewayresponse.header.Content-Type": "'application/problem+json'",
            "gatewayresponse.header.Cache-Control": "'no-store'",
            "gatewayresponse.header.X-Request-Id": "context.requestId",
            **retry,
        }


def test_whoever_may_come_back_is_told_when(refusals: dict[str, Resource]):
    assert set(RETRY_AFTER) == {name for name, status in STATUS.items() if status in {429, 503}}


def test_no_refusal_echoes_what_was_sent(refusals: dict[str, Resource]):
    for refusal in refusals.values():
        (template,) = refusal["ResponseTemplates"].values()
        assert "$" not in template


def test_a_request_that_is_too_large_is_told_the_limit_of_the_contract(refusals: dict[str, Resource]):
    (template,) = refusals["REQUEST_TOO_LARGE"]["ResponseTemplates"].values()
    assert json.loads(template)["detail"] == "A request may have at most 4 MB (4,194,304 bytes)."
    assert "4 MB (4,194,304 bytes)" in document()["paths"]["/v1/classifications"]["post"]["description"]
