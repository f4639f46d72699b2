"""A request as a REST API's proxy event, and the function's answer as HTTP.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from local.accounts.inspect.rest_api import RestApi, Route
from local.endpoint.model_server.http_server import HttpRequest, HttpResponse
from local.front.keys import Caller


def proxy_event(
    request: HttpRequest,
    route: Route,
    api: RestApi,
    *,
    path_parameters: Mapping[str, str],
    caller: Caller | None,
    request_id: str,
) -> dict[str, Any]:
    """The event, payload format 1.0. The path carries no stage, as under a domain of one's own."""
    target = urlsplit(request.target)
    query = parse_qsl(target.query, keep_blank_values=True)
    path = unquote(target.path)
    key = None if caller is None else caller.key
    return {
        "resource": route.path,
        "path": path,
        "httpMethod": request.method,
        "headers": dict(request.headers),
        "multiValueHeaders": {name: [value] for name, value in request.headers.items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _grouped(query) or None,
        "pathParameters": dict(path_parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "apiId": api.id,
            "requestId": request_id,
            "stage": api.stage,
            "resourcePath": route.path,
            "path": path,
            "httpMethod": request.method,
            "protocol": "HTTP/1.1",
            "identity": {
                "sourceIp": "127.0.0.1",
                "apiKey": key and key.value,
                "apiKeyId": key and key.id,
                "userAgent": request.header("User-Agent"),
            },
        },
        # The API declares no binary media type, so every body is taken for text.
        "body": request.body.decode(errors="replace") or None,
        "isBase64Encoded": False,
    }


def _grouped(query: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in query:
        grouped.setdefault(name, []).append(value)
    return grouped


def http_response(answer: Any) -> HttpResponse:
    """What a function's answer is on the wire.

    Raises:
        ValueError: it has not the form that the gateway asks for.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
        raise ValueError("the answer of a proxy integration needs a statusCode")
    body = "" if answer.get("body") is None else answer["body"]
    if not isinstance(body, str):
        raise ValueError("the answer's body must be a text")
    several = {name: values[-1] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    return HttpResponse(
        status=answer["statusCode"],
        headers={**several, **(answer.get("headers") or {})},
        body=base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode(),
    )
