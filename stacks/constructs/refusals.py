"""What the gateway answers without asking a function: problems of RFC 9457, as the functions' own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PROBLEM = "application/problem+json"

TITLES: Mapping[int, str] = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    413: "Payload too large",
    415: "Unsupported media type",
    429: "Too many requests",
    500: "Internal error",
    503: "Service unavailable",
}
"""The same as the functions give (mailroom/wire/problem.py); a test compares them."""

_NO_KEY = "The header x-api-key must hold a valid API key."
_FAILED = "The request failed; please give the X-Request-Id when asking."
_TRY_AGAIN = "The service did not answer in time; the request may be sent again."


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """An answer; ``retry_after`` in seconds, for 429 and 503."""

    status: int
    detail: str
    retry_after: int | None = None

    def body(self) -> str:
        """The problem as JSON. It holds no variable: what the caller sent is never echoed."""
        problem: dict[str, Any] = {"type": "about:blank", "title": TITLES[self.status], "status": self.status}
        return json.dumps({**problem, "detail": self.detail}, separators=(",", ":"))

    def headers(self) -> dict[str, str]:
        """Response headers, as API Gateway wants them: a constant in quotes, or a variable."""
        retry = {} if self.retry_after is None else {"Retry-After": f"'{self.retry_after}'"}
        return {
            "Content-Type": f"'{PROBLEM}'",
            "Cache-Control": "'no-store'",
            "X-Request-Id": "context.requestId",
            **retry,
        }


REFUSALS: Mapping[str, Refusal] = {
    "ACCESS_DENIED": Refusal(status=403, detail=_NO_KEY),
    "API_CONFIGURATION_ERROR": Refusal(status=500, detail=_FAILED),
    "AUTHORIZER_CONFIGURATION_ERROR": Refusal(status=500, detail=_FAILED),
    "AUTHORIZER_FAILURE": Refusal(status=500, detail=_FAILED),
    # One type for what is no JSON and for what has another form: 400 is true of both, 422 is not.
    "BAD_REQUEST_BODY": Refusal(
        status=400,
        detail="The request body is not JSON, or does not have the form that GET /v1/openapi.json describes.",
    ),
    "BAD_REQUEST_PARAMETERS": Refusal(
        status=400, detail="A parameter that GET /v1/openapi.json requires is missing from the request."
    ),
    # The status of the defaults is what types unknown today would answer with, so that it agrees with the body.
    "DEFAULT_4XX": Refusal(status=400, detail="The request cannot be answered as it is."),
    "DEFAULT_5XX": Refusal(status=500, detail=_FAILED),
    "EXPIRED_TOKEN": Refusal(status=403, detail=_NO_KEY),
    # Lambda refused the call (too many at once, say), or did not end: both pass.
    "INTEGRATION_FAILURE": Refusal(status=503, detail=_TRY_AGAIN, retry_after=5),
    "INTEGRATION_TIMEOUT": Refusal(status=503, detail=_TRY_AGAIN, retry_after=5),
    # 403 and not 401: a 401 must name a scheme in WWW-Authenticate (RFC 9110, section 15.5.2), and none is registered
    # for API keys. The gateway cannot tell a missing key from a wrong one.
    "INVALID_API_KEY": Refusal(status=403, detail=_NO_KEY),
    "INVALID_SIGNATURE": Refusal(status=403, detail=_NO_KEY),
    # The name misleads: it is what an unknown path or method is answered with.
    # https://repost.aws/knowledge-center/api-gateway-authentication-token-errors
    "MISSING_AUTHENTICATION_TOKEN": Refusal(
        status=404, detail="There is no such resource, or it does not know that method."
    ),
    # A constant is all that there can be; the day ends within 24 of them.
    "QUOTA_EXCEEDED": Refusal(status=429, detail="The client's requests of today are used up.", retry_after=3600),
    # Lambda takes 6 MB and the gateway 10; the contract's limit lies below both.
    "REQUEST_TOO_LARGE": Refusal(status=413, detail="A request may have at most 4 MB (4,194,304 bytes)."),
    "RESOURCE_NOT_FOUND": Refusal(status=404, detail="There is no such resource."),
    "THROTTLED": Refusal(
        status=429, detail="There were too many requests; the request may be sent again.", retry_after=1
    ),
    "UNAUTHORIZED": Refusal(status=401, detail=_NO_KEY),
    "UNSUPPORTED_MEDIA_TYPE": Refusal(status=415, detail="The request body must be application/json."),
    "WAF_FILTERED": Refusal(status=403, detail="The request was refused by the firewall."),
}
"""Per type of gateway response, all that there are.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""
