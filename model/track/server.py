"""An MLflow server: a SageMaker MLflow app by its ARN, or any other by its URL.

https://mlflow.org/docs/latest/api_reference/rest-api.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session

from mailroom.errors import MailroomError

_APP = re.compile(r"arn:aws:sagemaker:(?P<region>[a-z0-9-]+):[0-9]{12}:mlflow-app/[^/]+")
_SECONDS = 20


class MlflowError(MailroomError):
    """The MLflow server cannot be reached, or refuses."""


@dataclass(frozen=True, kw_only=True)
class MlflowServer:
    """``app`` is the ARN of a SageMaker MLflow app, whose calls are signed; None for a plain server."""

    url: str
    app: str | None = None
    region: str | None = None

    def call(self, method: str, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Call ``/api/2.0/mlflow/PATH`` and return its answer.

        Raises:
            MlflowError: the server does not answer, or not with a success.
        """
        try:
            answer = URLLib3Session(timeout=_SECONDS).send(self._request(method, path, content).prepare())
        except (BotoCoreError, HTTPClientError) as problem:
            raise MlflowError(f"MLflow does not answer: {' '.join(str(problem).split())}") from problem
        try:
            said = json.loads(answer.content or b"{}")
        except ValueError:
            said = {}
        if answer.status_code != 200:
            raise MlflowError(f"MLflow refuses {path} ({answer.status_code} {said.get('error_code', '')}).".strip())
        return said

    def _request(self, method: str, path: str, content: Mapping[str, Any]) -> AWSRequest:
        url = f"{self.url}/api/2.0/mlflow/{path}"
        query = method == "GET"
        body = b"" if query else json.dumps(dict(content)).encode()
        request = AWSRequest(
            method=method,
            url=url,
            params=dict(content) if query else None,
            data=body,
            headers={"Content-Type": "application/json"},
        )
        if self.app is not None:
            self._sign(request, body)
        return request

    def _sign(self, request: AWSRequest, body: bytes) -> None:
        import boto3

        # As https://github.com/aws/sagemaker-mlflow does, which MLflow's own client loads as a plug-in.
        request.headers["X-Amz-Content-SHA256"] = sha256(body).hexdigest()
        request.headers["x-mlflow-sm-tracking-server-arn"] = self.app
        SigV4Auth(boto3.Session().get_credentials(), "sagemaker-mlflow", self.region).add_auth(request)


def server_at(uri: str) -> MlflowServer:
    """The server that MLFLOW_TRACKING_URI names; raises MlflowError if it is neither an app's ARN nor a URL."""
    app = _APP.fullmatch(uri)
    if app:
        return MlflowServer(url=f"https://{app['region']}.experiments.sagemaker.aws", app=uri, region=app["region"])
    if uri.startswith(("http://", "https://")):
        return MlflowServer(url=uri.rstrip("/"))
    raise MlflowError("MLFLOW_TRACKING_URI must be the ARN of a SageMaker MLflow app or a server's URL.")
