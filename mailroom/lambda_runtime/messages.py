"""API Gateway's proxy event as a request, and an answer as what API Gateway expects back."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mailroom.lambda_runtime.logs import Facts
from mailroom.wire.problem import MEDIA_TYPE as PROBLEM
from mailroom.wire.problem import Problem

JSON = "application/json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One HTTP request. Header names are lower case; ``resource`` is the path as the API declares it."""

    method: str
    resource: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: str | bytes = field(repr=False)
    request_id: str
    client_id: str | None
    """The id of the API key that came with the request (never the key itself): one key is one client."""

    def client(self) -> str:
        """The client, for routes that answer nobody else; raises Problem. The gateway lets no other request in."""
        if not self.client_id:
            raise Problem(403, "The header x-api-key must hold a valid API key.")
        return self.client_id


def request_from_event(event: Mapping[str, Any], context: Any) -> Request:
    """Read a REST API proxy event.

    Raises:
        Problem: 400 if the body is said to be base64 and is not.
    """
    body: str | bytes = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise Problem(400, "The request body is not valid base64.") from None
    return Request(
        method=event["httpMethod"].upper(),
        resource=event.get("resource") or event["path"],
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        query=event.get("queryStringParameters") or {},
        body=body,
        request_id=request_id(event, context),
        client_id=((event.get("requestContext") or {}).get("identity") or {}).get("apiKeyId"),
    )


def request_id(event: Mapping[str, Any], context: Any) -> str:
    """The id under which API Gateway logs the call, or else Lambda's."""
    given = (event.get("requestContext") or {}).get("requestId")
    return str(given or getattr(context, "aws_request_id", ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One HTTP answer. ``facts`` are counts and names for the log line."""

    status: int
    body: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)

    def to_proxy(self, request_id: str) -> dict[str, Any]:
        """What API Gateway turns into HTTP."""
        return {
            "statusCode": self.status,
            "headers": {**self.headers, "X-Request-Id": request_id},
            "body": self.body,
            "isBase64Encoded": False,
        }


def json_response(
    payload: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    facts: Facts | None = None,
) -> Response:
    """An answer that no cache keeps."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return Response(
        status=status,
        body=body,
        facts=facts or {},
        headers={"Content-Type": JSON, "Cache-Control": "no-store", **(headers or {})},
    )


def cacheable_response(request: Request, body: str) -> Response:
    """JSON under a strong ETag, or 304 if the caller has it already (RFC 9110, sections 8.8.3 and 13.1.2)."""
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if _has(request.headers.get("if-none-match", ""), etag):
        return Response(status=304, headers=headers)
    return Response(status=200, body=body, headers={"Content-Type": JSON, **headers})


def _has(if_none_match: str, etag: str) -> bool:
    # If-None-Match compares weakly: a cache on the way may have put W/ before the tag.
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a request that fails as a whole."""
    retry = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return json_response(
        problem.to_json(), status=problem.status, headers={"Content-Type": PROBLEM, **retry, **(headers or {})}
    )
