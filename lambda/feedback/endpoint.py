"""The model endpoint, through boto3: asked for its taxonomy only."""

from typing import Any

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mailroom.lambda_runtime.endpoint_errors import EndpointError
from mailroom.wire.endpoint import CONTENT_TYPE

READ_SECONDS = 3.0
"""A description takes milliseconds; without one, feedback is stored unchecked and loses nothing."""


def runtime_client(session: boto3.session.Session) -> Any:
    """A sagemaker-runtime client without retries: the next request asks again."""
    config = Config(
        connect_timeout=1.0, read_timeout=READ_SECONDS, retries={"mode": "standard", "total_max_attempts": 1}
    )
    return session.client("sagemaker-runtime", config=config)


class Endpoint:
    """One endpoint by name."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def invoke(self, body: bytes) -> bytes:
        """The model's answer; raises EndpointError."""
        try:
            answer = self._client.invoke_endpoint(
                EndpointName=self._name, Body=body, ContentType=CONTENT_TYPE, Accept=CONTENT_TYPE
            )
            content: bytes = answer["Body"].read()
        except ClientError as error:
            raise EndpointError(str(error.response.get("Error", {}).get("Code", "ClientError"))) from None
        except BotoCoreError as error:
            raise EndpointError(type(error).__name__) from None
        return content
