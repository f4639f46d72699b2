"""The model endpoint, through boto3: bytes in, bytes out, and what can go wrong in three kinds."""

from typing import Any

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError

from mailroom.lambda_runtime.endpoint_errors import ModelFailedError, TimedOutError, UnreachableError
from mailroom.wire import endpoint as protocol

CONNECT_SECONDS = 2.0
"""Inside one region a connection stands within milliseconds, or there is nobody."""

POOL_SIZE = 32


def runtime_client(session: boto3.session.Session, *, read_seconds: float) -> Any:
    """A sagemaker-runtime client without retries: the caller has a deadline of its own."""
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=POOL_SIZE,
        tcp_keepalive=True,
    )
    return session.client("sagemaker-runtime", config=config)


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
