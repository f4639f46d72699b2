"""What API Gateway checks of a request before the function sees it."""

import json
from typing import NoReturn
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft4Validator

from local.accounts.inspect.rest_api import Route
from local.endpoint.model_server.http_server import HttpRequest
from local.front.refusals import Refused

_JSON = "application/json"


def check_parameters(request: HttpRequest, route: Route) -> None:
    """Raises Refused if a parameter that must be there is not. Parts of the path are always there."""
    if not route.validates_parameters:
        return
    query = {name for name, _ in parse_qsl(urlsplit(request.target).query, keep_blank_values=True)}
    for parameter in route.required_parameters:
        place, _, name = parameter.removeprefix("method.request.").partition(".")
        if (place == "querystring" and name not in query) or (place == "header" and request.header(name) is None):
            raise Refused("BAD_REQUEST_PARAMETERS")


def check_body(request: HttpRequest, route: Route) -> None:
    """Raises Refused if the body is no JSON of that schema. A body of another media type is not looked at.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
    """
    media_type = (request.header("Content-Type") or _JSON).partition(";")[0].strip().lower()
    schema = route.request_schemas.get(media_type)
    if not route.validates_body or schema is None:
        return
    try:
        content = json.loads(request.body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Refused("BAD_REQUEST_BODY") from None
    if not Draft4Validator(schema).is_valid(content):
        raise Refused("BAD_REQUEST_BODY")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity, which Python reads and JSON does not have
