"""SageMaker's runtime API for the endpoints of several accounts: hands an invocation on to the model server."""

import http.client
import json
import threading
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from local.endpoint.model_server.http_server import HttpRequest, HttpResponse
from local.endpoint.model_server.invocations import MODEL_SECONDS, error_response
from local.hosting.hosting import Hosted, Hosting
from local.hosting.model_servers import SERVER_NAME

_VARIANT = "x-amzn-invoked-production-variant"
_OWN_HEADERS = frozenset({"content-length", "connection", "server", "date", _VARIANT})
_PATIENCE = MODEL_SECONDS + 5


class Invocations:
    """POST /ENV/endpoints/NAME/invocations, and GET /ENV/endpoint, which is not AWS's: what is in service.

    The environment's name stands for the account, which the real service reads off the caller's credentials.
    """

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        # LoopbackServer has a thread for each of its callers' connections; each keeps one to the model server.
        self._connections = threading.local()

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one HTTP request."""
        match [unquote(part) for part in urlsplit(request.target).path.split("/")]:
            case ["", environment, "endpoint"] if request.method == "GET":
                return self._state(environment)
            case ["", environment, "endpoints", name, "invocations"] if request.method == "POST":
                return self._invoke(environment, name, request)
        return error_response(404, "UnknownOperationException", "There is no such operation.")

    def _state(self, environment: str) -> HttpResponse:
        hosted, failed = self._hosting.in_service.get(environment), self._hosting.failed.get(environment)
        state = {
            "model_package": hosted and hosted.deployed.model_package_arn,
            "failed_model_package": failed and failed.deployed.model_package_arn,
            "failure": failed and failed.reason,
        }
        return HttpResponse(status=200, headers={"Content-Type": "application/json"}, body=json.dumps(state).encode())

    def _invoke(self, environment: str, name: str, request: HttpRequest) -> HttpResponse:
        hosted = self._hosting.in_service.get(environment)
        if hosted is None or hosted.deployed.name != name:
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
            return error_response(400, "ValidationError", "There is no endpoint of that name in the account.")
        with hosted.server:
            return self._handed_on(hosted, request)

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
