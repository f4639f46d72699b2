"""The model endpoint, through boto3: bytes in, bytes out, and what can go wrong in three kinds."""

from typing import Any

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError

from mailroom.errors import MailroomError
from mailroom.wire import endpoint as protocol

CONNECT_SECONDS = 2.0
"""Inside one region a connection stands within milliseconds, or there is nobody."""

POOL_SIZE = 32


class EndpointError(MailroomError):
    """An invocation brought no answer. ``reason`` is the name of the cause, fit for a log line."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The model endpoint gave no answer: {reason}.")
        self.reason = reason


class UnreachableError(EndpointError):
    """There is no such endpoint, it is not ready or overloaded, or the way to it is closed."""


class TimedOutError(EndpointError):
    """The endpoint was reached and did not answer in time."""


class ModelFailedError(EndpointError):
    """The model itself broke on this input."""


def runtime_client(*, read_seconds: float) -> Any:
    """A sagemaker-runtime client without retries: the caller has a deadline of its own."""
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=POOL_SIZE,
        tcp_keepalive=True,
    )
    return boto3.session.Session().client("sagemaker-runtime", config=config)


class Endpoint:
    """One endpoint by name."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def invoke(self, body: bytes) -> bytes:
        """The model's answer; raises EndpointError. The cause's own text is dropped: it may quote the input."""
        try:
            return self._invoke_once_more_if_closed(body)
        except ReadTimeoutError as error:
            raise TimedOutError(type(error).__name__) from None
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "ClientError"))
            raise (ModelFailedError(code) if code == "ModelError" else UnreachableError(code)) from None
        except BotoCoreError as error:
            raise UnreachableError(type(error).__name__) from None

    def _invoke_once_more_if_closed(self, body: bytes) -> bytes:
        try:
            return self._invoke(body)
        except ConnectionClosedError:
            # The other side may close an idle connection at the moment it is used again. Scoring twice does no harm.
            return self._invoke(body)

    def _invoke(self, body: bytes) -> bytes:
        answer = self._client.invoke_endpoint(
            EndpointName=self._name, Body=body, ContentType=protocol.CONTENT_TYPE, Accept=protocol.CONTENT_TYPE
        )
        content: bytes = answer["Body"].read()
        return content
