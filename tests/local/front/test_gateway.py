"""What the front does before and after the function."""

import json

import pytest

from local.endpoint.model_server.http_server import HttpRequest, HttpResponse
from local.front.gateway import Gateway, proxy_event
from local.front.keys import ApiKeyError, ApiKeys

pytestmark = pytest.mark.slow

KEY = "key-of-the-crm"
ROUTES = {"/v1/labels": {"GET": True}, "/v1/health": {"GET": False}}


def request(method="GET", target="/v1/labels", body=b"", **headers):
    return HttpRequest(
        method=method,
        target=target,
        body=body,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


class Function:
    """A function that remembers its events."""

    def __init__(self, answer=None):
        self.events = []
        self.answer = answer or {"statusCode": 200, "headers": {"X-Own": "yes"}, "body": "ä", "isBase64Encoded": False}

    def __call__(self, event, context):
        assert 28_000 < context.get_remaining_time_in_millis() <= 29_000
        assert context.aws_request_id == event["requestContext"]["requestId"]
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def gateway(function):
    return Gateway(handler=function, keys=ApiKeys([KEY]), routes=ROUTES)


def test_a_request_becomes_a_proxy_event():
    event = proxy_event(
        request(
            "POST", "/v1/labels?a=1&a=2&b=", b"{}", Content_Type="application/json", X_Api_Key=KEY, User_Agent="crm"
        ),
        "/v1/labels",
        request_id="r-1",
        key_id="k-1",
    )
    headers = {"Content-Type": "application/json", "User-Agent": "crm"}
    assert event == {
        "resource": "/v1/labels",
        "path": "/v1/labels",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {"a": "2", "b": ""},
        "multiValueQueryStringParameters": {"a": ["1", "2"], "b": [""]},
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "r-1",
            "stage": "local",
            "resourcePath": "/v1/labels",
            "path": "/v1/labels",
            "httpMethod": "POST",
            "protocol": "HTTP/1.1",
            "identity": {"sourceIp": "127.0.0.1", "apiKeyId": "k-1", "userAgent": "crm"},
        },
        "body": "{}",
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (None, False)),
        ("ä".encode(), ("ä", False)),
        (b"\xff", ("/w==", True)),
    ],
)
def test_a_body_is_text_or_else_base64(body, expected):
    event = proxy_event(request(body=body), "/v1/labels", request_id="", key_id=None)
    assert (event["body"], event["isBase64Encoded"]) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"statusCode": 200, "headers": {"X-Own": "yes"}, "body": "ä", "isBase64Encoded": False},
            HttpResponse(status=200, headers={"X-Own": "yes"}, body="ä".encode()),
        ),
        ({"statusCode": 304, "body": None}, HttpResponse(status=304)),
        ({"statusCode": 201, "body": "/w==", "isBase64Encoded": True}, HttpResponse(status=201, body=b"\xff")),
    ],
)
def test_the_functions_answer_becomes_http(answer, expected):
    assert gateway(Function(answer)).respond(request(x_api_key=KEY)) == expected


@pytest.mark.parametrize("headers", [{}, {"x_api_key": ""}, {"x_api_key": KEY[:-1]}, {"x_api_key": f"{KEY}é"}])
def test_without_a_valid_key_the_function_is_not_called(headers):
    function = Function()
    answer = gateway(function).respond(request(**headers))
    assert (answer.status, answer.headers["Content-Type"], json.loads(answer.body)) == (
        403,
        "application/problem+json",
        {
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
            "detail": "The header x-api-key must hold a valid API key.",
        },
    )
    assert function.events == []


def test_health_needs_no_key():
    function = Function()
    assert gateway(function).respond(request(target="/v1/health")).status == 200
    assert function.events[0]["requestContext"]["identity"]["apiKeyId"] is None


def test_another_method_of_a_known_path_needs_a_key_and_is_left_to_the_function():
    function = Function()
    assert gateway(function).respond(request("POST", "/v1/health")).status == 403
    assert gateway(function).respond(request("POST", "/v1/health", x_api_key=KEY)).status == 200
    assert function.events[0]["httpMethod"] == "POST"


@pytest.mark.parametrize("target", ["/", "/v1/labels/", "/v1/nothing", "//v1/labels", "/v1/../v1/labels"])
def test_an_unknown_path_is_a_404_with_or_without_a_key(target):
    for headers in ({}, {"x_api_key": KEY}):
        answer = gateway(Function()).respond(request(target=target, **headers))
        assert (answer.status, json.loads(answer.body)["detail"]) == (404, "There is no such resource.")


def test_a_function_that_fails_is_a_500_without_a_word_of_why(capfd):
    answer = gateway(Function(ValueError("geheim-4711"))).respond(request(x_api_key=KEY))
    assert (answer.status, json.loads(answer.body)["detail"]) == (500, "The function failed.")
    printed = capfd.readouterr()
    assert json.loads(printed.err) == {"level": "error", "event": "function_failed", "exception": "ValueError"}


def test_keys_are_read_from_a_file_one_a_line(tmp_path):
    (tmp_path / "keys").write_text("one\n\ntwo\n", encoding="ascii")
    keys = ApiKeys.from_file(tmp_path / "keys")
    known = [keys.id_of(key) for key in ("one", "two", "three", None)]
    assert known[2:] == [None, None]
    assert len({*known[:2]}) == 2
    assert "one" not in known


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read."),
        (b"\n", "holds no key."),
        (b"\xff", "cannot be read."),
    ],
)
def test_a_key_file_without_keys_is_one_sentence(tmp_path, content, sentence):
    if content is not None:
        (tmp_path / "keys").write_bytes(content)
    with pytest.raises(ApiKeyError) as caught:
        ApiKeys.from_file(tmp_path / "keys")
    assert str(caught.value) == f"The API key file {tmp_path / 'keys'} {sentence}"
