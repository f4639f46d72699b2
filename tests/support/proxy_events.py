"""REST API proxy events as API Gateway sends them, for calling a handler without a gateway."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Context:
    """A Lambda context with ``seconds`` left at its making."""

    seconds: float = 30.0
    made: float = field(default_factory=time.monotonic)
    aws_request_id: str = "lambda-1"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int(1000 * (self.made + self.seconds - time.monotonic())))


def proxy_event(
    method: str,
    path: str,
    *,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    is_base64: bool = False,
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html"""
    headers = dict(headers or {})
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers or None,
        "multiValueHeaders": {name: [value] for name, value in headers.items()} or None,
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "request-1",
            "stage": "live",
            "resourcePath": path,
            "httpMethod": method,
            "path": f"/live{path}",
            "identity": {"apiKeyId": "key-1", "sourceIp": "192.0.2.1"},
        },
        "body": body,
        "isBase64Encoded": is_base64,
    }


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A handler's answer with its body read; ``body`` is None if there is none."""

    status: int
    headers: dict[str, str]
    body: Any


def answer_of(returned: Mapping[str, Any]) -> Answer:
    """Read what a handler returned, checking what API Gateway insists on."""
    assert set(returned) == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert all(isinstance(value, str) for value in returned["headers"].values())
    assert returned["isBase64Encoded"] is False
    returned["body"].encode()
    return Answer(
        status=returned["statusCode"],
        headers=returned["headers"],
        body=json.loads(returned["body"], parse_constant=_refuse) if returned["body"] else None,
    )


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")
