"""Calls that AWS does not have, by which the adapters tell the emulated accounts what they did.

A training step that ran, an endpoint whose new model came up: in AWS the service itself knows. Here an adapter does the
work in a process of its own, and says so with a POST to ``/_mailroom/ACCOUNT/REGION/NAME``, JSON in and JSON out.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from mailroom.errors import MailroomError

PREFIX = "/_mailroom/"
Call = Callable[[str, str, Mapping[str, Any]], Mapping[str, Any]]
"""Account, region and the request's object to the answer's object; a MailroomError is answered with its sentence."""

_LOG = logging.getLogger(__name__)
_MAX_BYTES = 4 << 20


class PrivateCalls:
    """A WSGI application in front of another: private calls are answered here, all else is handed on."""

    def __init__(self, application: Any, calls: Mapping[str, Call]) -> None:
        self._application = application
        self._calls = calls

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            answer: Iterable[bytes] = self._application(environ, start_response)
            return answer
        status, content = self._answer(path.removeprefix(PREFIX).split("/"), environ)
        body = json.dumps(content, default=str).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def _answer(self, parts: list[str], environ: Mapping[str, Any]) -> tuple[HTTPStatus, Mapping[str, Any]]:
        if len(parts) != 3 or parts[2] not in self._calls or environ.get("REQUEST_METHOD") != "POST":
            return HTTPStatus.NOT_FOUND, {"problem": "There is no such call."}
        account, region, name = parts
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > _MAX_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"problem": "The request is too large."}
        try:
            content = json.loads(environ["wsgi.input"].read(length) or b"{}")
            return HTTPStatus.OK, self._calls[name](account, region, content)
        except MailroomError as error:
            return HTTPStatus.BAD_REQUEST, {"problem": str(error)}
        except Exception:
            _LOG.exception("The private call %s failed.", name)
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"problem": f"The call {name} failed; the server's log says why."}
