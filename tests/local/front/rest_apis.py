"""A REST API as it could be deployed, for tests of what stands before the functions."""

from local.accounts.inspect.rest_api import ApiKey, GatewayResponse, Limits, RestApi, Route
from local.endpoint.model_server.http_server import HttpRequest

KEY = "key-of-the-crm"
UNLIMITED = Limits(rate=None, burst=None)
SCHEMA = {"type": "object", "required": ["emails"], "properties": {"emails": {"type": "array", "minItems": 1}}}


def route(method: str, path: str, **settings: object) -> Route:
    return Route(
        **{
            "method": method,
            "path": path,
            "function": "classify",
            "api_key_required": True,
            "validates_body": True,
            "validates_parameters": True,
            "required_parameters": (),
            "request_schemas": {},
            "limits": UNLIMITED,
            **settings,
        }
    )


def key(**settings: object) -> ApiKey:
    return ApiKey(**{"id": "k-1", "name": "crm", "value": KEY, "enabled": True, "limits": UNLIMITED, **settings})


def response(kind: str, status: int, body: str = "{}", **headers: str) -> GatewayResponse:
    return GatewayResponse(
        kind=kind,
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        templates={"application/json": body},
    )


def api(*routes: Route, keys: tuple[ApiKey, ...] = (key(),), responses: tuple[GatewayResponse, ...] = ()) -> RestApi:
    return RestApi(id="a-1", name="mailroom", stage="live", routes=routes, keys=keys, responses=responses)


def request(method: str = "GET", target: str = "/v1/labels", body: bytes = b"", **headers: str) -> HttpRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpRequest(method=method, target=target, body=body, headers=named)
