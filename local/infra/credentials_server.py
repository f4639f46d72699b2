"""Hands credentials to one command and what it starts, over the loopback, as a host on AWS does to its containers.

Every AWS SDK asks there again before the credentials end, so the command may take longer than they last.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

import hmac
import json
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC

from local.endpoint.model_server.http_server import HttpRequest, HttpResponse, LoopbackServer
from local.infra.role_credentials import LastingCredentials, RoleCredentials
from mailroom.errors import MailroomError

_PATH = "/credentials"
# All that an SDK would look at before it asks a container's host.
HIDDEN = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)
"""Variables that a command must not inherit, or it would act as somebody else."""


@contextmanager
def serving(credentials: LastingCredentials) -> Iterator[Mapping[str, str]]:
    """Serve ``credentials`` for the time of the block; yields the variables that a command needs to get at them."""
    token = secrets.token_urlsafe(32)

    def respond(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.target != _PATH:
            return _refusal(404, "NotFound", "There is nothing else here.")
        if not hmac.compare_digest((request.header("authorization") or "").encode(), token.encode()):
            return _refusal(403, "Forbidden", "The token is missing or wrong.")
        try:
            return _json(200, _as_container(credentials.current()))
        except MailroomError as error:
            return _refusal(503, "NoCredentials", str(error))

    server = LoopbackServer(
        0, respond, max_bytes=0, too_large=lambda: _refusal(413, "TooLarge", "A request has no body.")
    )
    thread = threading.Thread(target=server.serve_forever, name="credentials", daemon=True)
    thread.start()
    try:
        yield {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{server.url}{_PATH}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
            # A default profile would go first.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _as_container(held: RoleCredentials) -> Mapping[str, str]:
    return {
        "AccessKeyId": held.access_key,
        "SecretAccessKey": held.secret_key,
        "Token": held.token,
        "Expiration": held.expires.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _refusal(status: int, code: str, message: str) -> HttpResponse:
    return _json(status, {"code": code, "message": message})


def _json(status: int, content: Mapping[str, str]) -> HttpResponse:
    return HttpResponse(status=status, headers={"Content-Type": "application/json"}, body=json.dumps(content).encode())
