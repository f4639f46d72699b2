"""What API Gateway does before and after the function: paths, keys, limits, checks, events."""

import json
import sys
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from local.accounts.inspect.rest_api import RestApi, Route
from local.endpoint.model_server.http_server import HttpRequest, HttpResponse
from local.front.keys import Caller, Callers
from local.front.proxy import http_response, proxy_event
from local.front.rate_limit import token_bucket
from local.front.refusals import Refused, refusal
from local.front.routing import Routes
from local.front.validation import check_body, check_parameters
from local.runtime.errors import HandlerError, InvocationError, PayloadTooLargeError, TimedOutError
from local.runtime.function import Invocable

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_BODY_BYTES = 10 * 1024 * 1024


class Gateway:
    """``function_of``: the function that answers a route, None if the API may not call it."""

    def __init__(self, api: RestApi, function_of: Callable[[Route], Invocable | None]) -> None:
        self._api = api
        self._function_of = function_of
        self._routes = Routes(api.routes)
        self._callers = Callers(api.keys)
        self._buckets = {(route.path, route.method): token_bucket(route.limits) for route in api.routes}

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one HTTP request."""
        request_id = str(uuid.uuid4())
        try:
            return self._answer(request, request_id)
        except Refused as refused:
            return self._refusal(refused.kind, request_id)

    def too_large(self) -> HttpResponse:
        """The answer to a request over MAX_BODY_BYTES."""
        return self._refusal("REQUEST_TOO_LARGE", str(uuid.uuid4()))

    def _refusal(self, kind: str, request_id: str) -> HttpResponse:
        return refusal(kind, self._api.responses, request_id=request_id)

    def _answer(self, request: HttpRequest, request_id: str) -> HttpResponse:
        found = self._routes.find(request.method, urlsplit(request.target).path)
        if found is None:
            # The name misleads: an unknown path or method is answered with it.
            raise Refused("MISSING_AUTHENTICATION_TOKEN")
        route, path_parameters = found
        caller = self._admitted(request, route)
        check_parameters(request, route)
        check_body(request, route)
        event = proxy_event(
            request, route, self._api, path_parameters=path_parameters, caller=caller, request_id=request_id
        )
        return self._invoke(route, event, request_id)

    def _admitted(self, request: HttpRequest, route: Route) -> Caller | None:
        # Where no key is needed it is not looked at, and does not count against its plan.
        caller = self._callers.of(request.header("x-api-key")) if route.api_key_required else None
        if route.api_key_required and caller is None:
            raise Refused("INVALID_API_KEY")
        exceeded = caller.exceeded() if caller is not None else None
        bucket = self._buckets[route.path, route.method]
        if exceeded is None and bucket is not None and not bucket.take():
            exceeded = "THROTTLED"
        if exceeded is not None:
            raise Refused(exceeded)
        return caller

    def _invoke(self, route: Route, event: dict[str, object], request_id: str) -> HttpResponse:
        function = self._function_of(route)
        if function is None:
            _log("forbidden", request_id, route)
            raise Refused("API_CONFIGURATION_ERROR")
        try:
            return http_response(function.invoke(event, request_id=request_id))
        except PayloadTooLargeError:
            raise Refused("REQUEST_TOO_LARGE") from None
        except TimedOutError:
            _log("overdue", request_id, route)
            raise Refused("INTEGRATION_TIMEOUT") from None
        except (HandlerError, ValueError):
            # A 502 without a type of its own, so that DEFAULT_5XX and its status are what an API can declare for it:
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
            _log("function_failed", request_id, route)
            raise Refused("DEFAULT_5XX") from None
        except InvocationError:
            _log("not_invoked", request_id, route)
            raise Refused("INTEGRATION_FAILURE") from None


def _log(event: str, request_id: str, route: Route) -> None:
    facts = {"level": "error", "event": event, "request_id": request_id, "route": f"{route.method} {route.path}"}
    print(json.dumps(facts), file=sys.stderr, flush=True)
