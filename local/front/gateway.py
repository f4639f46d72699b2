"""What API Gateway does before and after the function: paths, keys, limits, events."""

import base64
import json
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from local.endpoint.model_server.http_server import HttpRequest, HttpResponse
from local.front.function import Context, Handler
from local.front.keys import ApiKeys
from mailroom.wire.problem import MEDIA_TYPE, Problem

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_BODY_BYTES = 10 * 1024 * 1024


def problem(status: int, detail: str) -> HttpResponse:
    """An answer that the function never sees."""
    body = json.dumps(Problem(status, detail).to_json()).encode()
    return HttpResponse(status=status, body=body, headers={"Content-Type": MEDIA_TYPE})


TOO_LARGE = problem(413, "The request is larger than 10 MB.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Gateway:
    """``routes``: path to method to whether a key is needed. A method not named goes to the function, with a key."""

    handler: Handler
    keys: ApiKeys
    routes: Mapping[str, Mapping[str, bool]]

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one HTTP request."""
        path = unquote(urlsplit(request.target).path)
        methods = self.routes.get(path)
        if methods is None:
            return problem(404, "There is no such resource.")
        key_id = self.keys.id_of(request.header("x-api-key"))
        if key_id is None and methods.get(request.method, True):
            # API Gateway cannot tell a missing key from a wrong one either (INVALID_API_KEY).
            return problem(403, "The header x-api-key must hold a valid API key.")
        request_id = str(uuid.uuid4())
        event = proxy_event(request, path, request_id=request_id, key_id=key_id)
        try:
            return http_response(self.handler(event, Context.of_call(request_id)))
        except Exception as error:
            print(
                json.dumps({"level": "error", "event": "function_failed", "exception": type(error).__name__}),
                file=sys.stderr,
                flush=True,
            )
            return problem(500, "The function failed.")


def proxy_event(request: HttpRequest, path: str, *, request_id: str, key_id: str | None) -> dict[str, Any]:
    """A REST API's proxy event, payload format 1.0."""
    query = parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    body, is_base64 = _body(request.body)
    # The key itself stays out of what the function sees and might log.
    headers = {name: value for name, value in request.headers.items() if name.lower() != "x-api-key"}
    return {
        "resource": path,
        "path": path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _grouped(query) or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": request_id,
            "stage": "local",
            "resourcePath": path,
            "path": path,
            "httpMethod": request.method,
            "protocol": "HTTP/1.1",
            "identity": {"sourceIp": "127.0.0.1", "apiKeyId": key_id, "userAgent": request.header("User-Agent")},
        },
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _body(body: bytes) -> tuple[str | None, bool]:
    if not body:
        return None, False
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        # As text it would be altered; so the function can say what is wrong with it.
        return base64.b64encode(body).decode(), True


def _grouped(query: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in query:
        grouped.setdefault(name, []).append(value)
    return grouped


def http_response(answer: Mapping[str, Any]) -> HttpResponse:
    """What a function's answer is on the wire."""
    body = answer.get("body") or ""
    return HttpResponse(
        status=int(answer["statusCode"]),
        headers=answer.get("headers") or {},
        body=base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode(),
    )
