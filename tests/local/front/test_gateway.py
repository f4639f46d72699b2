"""What the front does before and after the function."""

import json

import pytest

from local.endpoint.model_server.http_server import HttpResponse
from local.front.gateway import Gateway
from local.front.proxy import proxy_event
from local.runtime.errors import HandlerError, PayloadTooLargeError, ThrottledError, TimedOutError
from tests.local.front.rest_apis import KEY, SCHEMA, Limits, api, key, request, response, route

API = api(
    route("GET", "/v1/labels"),
    route("GET", "/v1/health", api_key_required=False),
    route("DELETE", "/v1/emails/{id}"),
    route("POST", "/v1/classifications", request_schemas={"application/json": SCHEMA}),
    route(
        "GET", "/v1/pages", required_parameters=("method.request.querystring.cursor", "method.request.header.X-Page")
    ),
)


class Function:
    """A function that remembers its events."""

    def __init__(self, answer=None):
        self.events = []
        self.answer = answer or {"statusCode": 200, "headers": {"X-Own": "yes"}, "body": "ä", "isBase64Encoded": False}

    def invoke(self, event, *, request_id):
        assert request_id == event["requestContext"]["requestId"]
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def gateway(function=None, deployed=API):
    return Gateway(deployed, lambda _: function)


def refused(answer):
    return answer.status, json.loads(answer.body)["message"]


def test_a_request_becomes_a_proxy_event():
    sent = request("POST", "/v1/labels?a=1&a=2&b=", b"{}", Content_Type="application/json", User_Agent="crm")
    event = proxy_event(sent, API.routes[0], API, path_parameters={"id": "1"}, caller=None, request_id="r-1")
    assert event == {
        "resource": "/v1/labels",
        "path": "/v1/labels",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json", "User-Agent": "crm"},
        "multiValueHeaders": {"Content-Type": ["application/json"], "User-Agent": ["crm"]},
        "queryStringParameters": {"a": "2", "b": ""},
        "multiValueQueryStringParameters": {"a": ["1", "2"], "b": [""]},
        "pathParameters": {"id": "1"},
        "stageVariables": None,
        "requestContext": {
            "apiId": "a-1",
            "requestId": "r-1",
            "stage": "live",
            "resourcePath": "/v1/labels",
            "path": "/v1/labels",
            "httpMethod": "POST",
            "protocol": "HTTP/1.1",
            "identity": {"sourceIp": "127.0.0.1", "apiKey": None, "apiKeyId": None, "userAgent": "crm"},
        },
        "body": "{}",
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("body", "expected"), [(b"", None), ("ä".encode(), "ä"), (b"\xff", "\N{REPLACEMENT CHARACTER}")]
)
def test_a_body_is_text_whatever_it_is(body, expected):
    event = proxy_event(request(body=body), API.routes[0], API, path_parameters={}, caller=None, request_id="")
    assert (event["body"], event["isBase64Encoded"], event["pathParameters"]) == (expected, False, None)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"statusCode": 200, "headers": {"X-Own": "yes"}, "body": "ä", "isBase64Encoded": False},
            HttpResponse(status=200, headers={"X-Own": "yes"}, body="ä".encode()),
        ),
        ({"statusCode": 304, "body": None}, HttpResponse(status=304)),
        ({"statusCode": 201, "body": "/w==", "isBase64Encoded": True}, HttpResponse(status=201, body=b"\xff")),
        (
            {"statusCode": 200, "multiValueHeaders": {"X-Own": ["1", "2"], "Y": ["3"]}, "headers": {"X-Own": "4"}},
            HttpResponse(status=200, headers={"X-Own": "4", "Y": "3"}),
        ),
    ],
)
def test_the_functions_answer_becomes_http(answer, expected):
    assert gateway(Function(answer)).respond(request(x_api_key=KEY)) == expected


def test_the_function_learns_which_key_it_was():
    function = Function()
    gateway(function).respond(request(x_api_key=KEY))
    identity = function.events[0]["requestContext"]["identity"]
    assert (identity["apiKeyId"], identity["apiKey"]) == ("k-1", KEY)


@pytest.mark.parametrize("headers", [{}, {"x_api_key": ""}, {"x_api_key": KEY[:-1]}, {"x_api_key": f"{KEY}é"}])
def test_without_a_valid_key_the_function_is_not_called(headers):
    function = Function()
    assert refused(gateway(function).respond(request(**headers))) == (403, "Forbidden")
    assert function.events == []


def test_a_key_that_was_switched_off_is_none():
    switched_off = api(*API.routes, keys=(key(enabled=False),))
    assert gateway(Function(), switched_off).respond(request(x_api_key=KEY)).status == 403


def test_a_route_that_needs_no_key_looks_at_none():
    function = Function()
    assert gateway(function).respond(request(target="/v1/health", x_api_key=KEY)).status == 200
    assert function.events[0]["requestContext"]["identity"]["apiKeyId"] is None


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/"),
        ("GET", "/v1/labels/"),
        ("GET", "/v1/nothing"),
        ("GET", "//v1/labels"),
        ("GET", "/v1/../v1/labels"),
        ("DELETE", "/v1/emails/"),
        ("DELETE", "/v1/emails/1/2"),
        ("POST", "/v1/labels"),
    ],
)
def test_an_unknown_path_or_method_is_refused_with_or_without_a_key(method, target):
    for headers in ({}, {"x_api_key": KEY}):
        answer = gateway(Function()).respond(request(method, target, **headers))
        assert refused(answer) == (403, "Missing Authentication Token")


def test_a_part_of_the_path_is_handed_to_the_function():
    function = Function()
    gateway(function).respond(request("DELETE", "/v1/emails/a%2Fb?x=1", x_api_key=KEY))
    event = function.events[0]
    assert (event["resource"], event["path"], event["pathParameters"]) == (
        "/v1/emails/{id}",
        "/v1/emails/a/b",
        {"id": "a/b"},
    )


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b'{"emails": [1]}', 200),
        ("application/json; charset=utf-8", b'{"emails": [1]}', 200),
        ("application/json", b'{"emails": []}', 400),
        ("APPLICATION/JSON;x", b'{"emails": []}', 400),
        ("application/json", b'{"emails": [NaN]}', 400),
        ("application/json", b"\xff", 400),
        ("application/json", b"", 400),
        ("application/json", b"[" * 100_000, 400),
        ("text/plain", b"no JSON", 200),
    ],
)
def test_a_json_body_must_have_the_form_that_the_api_declares(content_type, body, status):
    sent = request("POST", "/v1/classifications", body, x_api_key=KEY, Content_Type=content_type)
    assert gateway(Function()).respond(sent).status == status


def test_a_required_parameter_must_be_there():
    front = gateway(Function())
    assert front.respond(request(target="/v1/pages?cursor=", x_api_key=KEY, x_page="1")).status == 200
    assert front.respond(request(target="/v1/pages", x_api_key=KEY, x_page="1")).status == 400
    assert front.respond(request(target="/v1/pages?cursor=1", x_api_key=KEY)).status == 400


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (HandlerError("classify", "ValueError"), 502),
        (TimedOutError("classify", 29), 504),
        (ThrottledError("classify"), 504),
        (PayloadTooLargeError("classify"), 413),
    ],
)
def test_a_function_that_gives_no_answer_is_refused_without_a_word_of_why(error, status, capfd):
    answer = gateway(Function(error)).respond(request(x_api_key=KEY))
    assert answer.status == status
    assert all(json.loads(line)["level"] == "error" for line in capfd.readouterr().err.splitlines())


@pytest.mark.parametrize("answer", ["text", {"body": "x"}, {"statusCode": "200"}, {"statusCode": 200, "body": {}}])
def test_an_answer_of_another_form_than_the_gateway_knows_is_a_502(answer):
    assert gateway(Function(answer)).respond(request(x_api_key=KEY)).status == 502


def test_what_is_declared_for_all_failures_is_what_a_failed_function_is_answered_with():
    declared = (response("DEFAULT_5XX", 500, '{"title": "Internal Server Error"}'),)
    front = gateway(Function(HandlerError("classify", "ValueError")), api(*API.routes, responses=declared))
    assert front.respond(request(x_api_key=KEY)) == HttpResponse(
        status=500, headers={"Content-Type": "application/json"}, body=b'{"title": "Internal Server Error"}'
    )


def test_a_function_that_the_api_may_not_call_is_a_500(capfd):
    assert gateway(None).respond(request(x_api_key=KEY)).status == 500
    logged = json.loads(capfd.readouterr().err)
    assert (logged["event"], logged["route"]) == ("forbidden", "GET /v1/labels")


def test_the_apis_own_refusals_are_used_as_it_declares_them():
    declared = (
        response("INVALID_API_KEY", 401, '{"id": "$context.requestId"}', X_Id="context.requestId", X_Kind="'key'"),
        response("DEFAULT_4XX", 400, '{"all": $context.error.messageString}'),
    )
    front = gateway(Function(), api(*API.routes, responses=declared))
    answer = front.respond(request())
    request_id = answer.headers["X-Id"]
    assert answer == HttpResponse(
        status=401,
        headers={"Content-Type": "application/json", "X-Id": request_id, "X-Kind": "key"},
        body=f'{{"id": "{request_id}"}}'.encode(),
    )
    assert front.respond(request(target="/nothing")) == HttpResponse(
        status=400, headers={"Content-Type": "application/json"}, body=b'{"all": "Missing Authentication Token"}'
    )


def test_too_large_a_request_has_its_own_refusal():
    declared = (response("REQUEST_TOO_LARGE", 413, '{"limit": "10 MB"}'),)
    answer = gateway(None, api(responses=declared)).too_large()
    assert (answer.status, answer.body) == (413, b'{"limit": "10 MB"}')


def test_a_route_lets_through_no_more_than_it_is_declared_to():
    slow = api(route("GET", "/v1/labels", limits=Limits(rate=0.001, burst=2)), route("GET", "/v1/other"))
    front = gateway(Function(), slow)
    assert [front.respond(request(x_api_key=KEY)).status for _ in range(3)] == [200, 200, 429]
    assert front.respond(request(target="/v1/other", x_api_key=KEY)).status == 200


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(rate=0.001, burst=2), "Too Many Requests"),
        (Limits(rate=None, burst=None, quota=2, period="DAY"), "Limit Exceeded"),
    ],
)
def test_a_client_gets_no_more_than_its_usage_plan_gives(limits, message):
    keys = (key(limits=limits), key(id="k-2", value="another", limits=limits))
    front = gateway(Function(), api(*API.routes, keys=keys))
    answers = [front.respond(request(x_api_key=KEY)) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert refused(answers[-1]) == (429, message)
    assert front.respond(request(x_api_key="another")).status == 200
