"""SageMaker's runtime API for the endpoints of several accounts: hands an invocation on to the model server."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from local.endpoint.model_server.http_server import HttpRequest, HttpResponse
from local.endpoint.model_server.invocations import MODEL_SECONDS, error_response
from local.hosting.hosted_endpoint import HostedEndpoint
from local.hosting.hosting import Hosting
from local.hosting.invocation_log import Record
from local.hosting.model_servers import SERVER_NAME
from local.hosting.route import Hosted

_VARIANT = "x-amzn-invoked-production-variant"
_OWN_HEADERS = frozenset({"content-length", "connection", "server", "date", _VARIANT})
_PATIENCE = MODEL_SECONDS + 5


class Invocations:
    """POST /ENV/endpoints/NAME/invocations; and what is not AWS's: GET /ENV/endpoint, what is in service and what is
    to be, and GET /ENV/invocation-log?after=CURSOR, what became of the last invocations.

    The environment's name stands for the account, which the real service reads off the caller's credentials.
    """

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        # LoopbackServer has a thread for each of its callers' connections; each keeps one to the model server.
        self._connections = threading.local()

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one HTTP request."""
        place = urlsplit(request.target)
        match [unquote(part) for part in place.path.split("/")]:
            case ["", environment, "endpoint"] if request.method == "GET":
                return self._told(environment, lambda endpoint: endpoint.state())
            case ["", environment, "invocation-log"] if request.method == "GET":
                return self._told(environment, lambda endpoint: endpoint.log.after(_cursor(place.query)))
            case ["", environment, "endpoints", name, "invocations"] if request.method == "POST":
                return self._invoke(environment, name, request)
        return error_response(404, "UnknownOperationException", "There is no such operation.")

    def _told(self, environment: str, tell: Callable[[HostedEndpoint], Mapping[str, Any]]) -> HttpResponse:
        endpoint = self._hosting.endpoints.get(environment)
        if endpoint is None:
            return error_response(404, "UnknownOperationException", "There is no such environment.")
        body = json.dumps(tell(endpoint)).encode()
        return HttpResponse(status=200, headers={"Content-Type": "application/json"}, body=body)

    def _invoke(self, environment: str, name: str, request: HttpRequest) -> HttpResponse:
        endpoint = self._hosting.endpoints.get(environment)
        if endpoint is None or endpoint.name != name or (endpoint.route is None and not endpoint.exists):
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
            return error_response(400, "ValidationError", "There is no endpoint of that name in the account.")
        route = endpoint.route
        if route is None:
            return error_response(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", "No model server runs.")
        hosted = route.choose()
        begun = time.perf_counter()
        with hosted.server:
            answer = self._handed_on(hosted, request)
        endpoint.log.add(
            Record(
                at=time.time(),
                status=_model_status(answer),
                seconds=time.perf_counter() - begun,
                config=hosted.deployed.config,
                variant=hosted.deployed.variant,
                model_package=hosted.deployed.model_package_arn,
            )
        )
        return answer

    def _handed_on(self, hosted: Hosted, request: HttpRequest) -> HttpResponse:
        headers = {
            header: value
            for header, value in request.headers.items()
            if header.lower() in {"content-type", "accept", "x-amzn-sagemaker-custom-attributes"}
        }
        # The model server closes a connection that was idle for long, or has ended: then a new one is tried.
        for kept in (True, False):
            connection = self._connection(hosted.server.url, kept=kept)
            try:
                connection.request("POST", f"/endpoints/{SERVER_NAME}/invocations", request.body, headers)
                answer = connection.getresponse()
                body = answer.read()
            except TimeoutError:
                connection.close()
                break
            except (OSError, http.client.HTTPException):
                connection.close()
                continue
            own = {name: value for name, value in answer.getheaders() if name.lower() not in _OWN_HEADERS}
            return HttpResponse(status=answer.status, body=body, headers={**own, _VARIANT: hosted.deployed.variant})
        return error_response(HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", "The model server does not answer.")

    def _connection(self, url: str, *, kept: bool) -> http.client.HTTPConnection:
        former: tuple[str, http.client.HTTPConnection] | None = getattr(self._connections, "kept", None)
        if former is not None and kept and former[0] == url:
            return former[1]
        if former is not None:
            former[1].close()
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE)
        self._connections.kept = (url, connection)
        return connection


def _cursor(query: str) -> int:
    given = parse_qs(query).get("after", ["0"])[-1]
    return int(given) if given.isdecimal() else 0


def _model_status(answer: HttpResponse) -> int:
    """What CloudWatch counts by: behind a ModelError, the status that the model itself answered with."""
    if answer.status != HTTPStatus.FAILED_DEPENDENCY:
        return answer.status
    status: int = json.loads(answer.body)["OriginalStatusCode"]
    return status
