"""The gateway's own answers, by type, as the API declares them."""

import json
import re
from collections.abc import Iterable, Mapping

from local.accounts.inspect.rest_api import GatewayResponse
from local.endpoint.model_server.http_server import HttpResponse

# What the gateway answers where an API declares nothing.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
_DEFAULTS: Mapping[str, tuple[int, str]] = {
    "API_CONFIGURATION_ERROR": (500, "Internal server error"),
    "DEFAULT_5XX": (502, "Internal server error"),
    "BAD_REQUEST_BODY": (400, "Invalid request body"),
    "BAD_REQUEST_PARAMETERS": (400, "Missing required request parameters"),
    "INTEGRATION_FAILURE": (504, "Internal server error"),
    "INTEGRATION_TIMEOUT": (504, "Endpoint request timed out"),
    "INVALID_API_KEY": (403, "Forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Missing Authentication Token"),
    "QUOTA_EXCEEDED": (429, "Limit Exceeded"),
    "REQUEST_TOO_LARGE": (413, "Request Too Long"),
    "THROTTLED": (429, "Too Many Requests"),
}
_JSON = "application/json"
_TEMPLATE = '{"message":$context.error.messageString}'
_VARIABLE = re.compile(r"\$context\.(error\.messageString|error\.message|requestId)")


class Refused(Exception):
    """A request that ends at the gateway; ``kind`` is the type of its answer."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def refusal(kind: str, declared: Iterable[GatewayResponse], *, request_id: str) -> HttpResponse:
    """The answer of one type: the API's own, else as its DEFAULT_4XX or DEFAULT_5XX says, else the gateway's.

    A status that is declared for DEFAULT_4XX or DEFAULT_5XX is that of all types which the API does not declare.
    """
    status, message = _DEFAULTS[kind]
    by_kind = {response.kind: response for response in declared}
    shared = by_kind.get(kind) or by_kind.get("DEFAULT_4XX" if status < 500 else "DEFAULT_5XX")
    template = shared.templates.get(_JSON, _TEMPLATE) if shared else _TEMPLATE
    variables = {
        "error.message": message,
        "error.messageString": json.dumps(message),
        "requestId": request_id,
    }
    headers = {name: _header(value, variables) for name, value in shared.headers.items()} if shared else {}
    return HttpResponse(
        status=shared.status if shared and shared.status else status,
        headers={"Content-Type": _JSON, **headers},
        body=_VARIABLE.sub(lambda found: variables[found[1]], template).encode(),
    )


def _header(value: str, variables: Mapping[str, str]) -> str:
    if value.startswith("'"):
        return value.strip("'")
    return variables.get(value.removeprefix("context."), "")
