"""An MLflow server: a SageMaker MLflow app by its ARN, or any other by its URL.

https://mlflow.org/docs/latest/api_reference/rest-api.html
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session

from model.track.errors import MlflowError

_APP = re.compile(r"arn:aws:sagemaker:(?P<region>[a-z0-9-]+):[0-9]{12}:mlflow-app/[^/]+")
_SECONDS = 20
_BUSY = frozenset({429, 502, 503, 504})
_PAUSES = (1.0, 2.0, 4.0)
"""Seconds before each further attempt at a server that is busy: the app takes few calls a second."""

# By botocore's rules for every service: the one of the service goes before the one of all.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
_ENDPOINTS = ("AWS_ENDPOINT_URL_SAGEMAKER_MLFLOW", "AWS_ENDPOINT_URL")


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
        query = method == "GET"
        request = AWSRequest(
            method=method,
            url=f"{self.url}/api/2.0/mlflow/{path}",
            params=dict(content) if query else None,
            data=b"" if query else json.dumps(dict(content)).encode(),
            headers={"Content-Type": "application/json"},
        )
        answer = self._send(request, path)
        try:
            said: dict[str, Any] = json.loads(answer.content or b"{}")
        except ValueError:
            raise MlflowError(f"MLflow's answer to {path} is no JSON.", status=answer.status_code) from None
        return said

    def store(self, path: str, content: bytes, content_type: str) -> None:
        """Hand an artifact to the server, which keeps it under ``path``; raises MlflowError as ``call`` does."""
        url = f"{self.url}/api/2.0/mlflow-artifacts/artifacts/{quote(path)}"
        self._send(AWSRequest(method="PUT", url=url, data=content, headers={"Content-Type": content_type}), "artifacts")

    def _send(self, request: AWSRequest, what: str) -> AWSResponse:
        if self.app is not None:
            self._sign(request)
        for pause in (*_PAUSES, None):
            try:
                answer = URLLib3Session(timeout=_SECONDS).send(request.prepare())
            except (BotoCoreError, HTTPClientError) as problem:
                raise MlflowError(f"MLflow does not answer: {' '.join(str(problem).split())}") from problem
            if answer.status_code == 200:
                return answer
            if pause is None or answer.status_code not in _BUSY:
                code = _error_code(answer)
                text = f"MLflow refuses {what} ({answer.status_code} {code}".strip() + ")."
                raise MlflowError(text, code=code, status=answer.status_code)
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _sign(self, request: AWSRequest) -> None:
        import boto3

        # As https://github.com/aws/sagemaker-mlflow does, which MLflow's own client loads as a plug-in.
        request.headers["X-Amz-Content-SHA256"] = sha256(request.data).hexdigest()
        request.headers["x-mlflow-sm-tracking-server-arn"] = self.app
        SigV4Auth(boto3.Session().get_credentials(), "sagemaker-mlflow", self.region).add_auth(request)


def server_at(uri: str, environment: Mapping[str, str]) -> MlflowServer:
    """The server that MLFLOW_TRACKING_URI names.

    An app is called at the endpoint that ``environment`` sets for the service, as botocore would, or else at its own.

    Raises:
        MlflowError: ``uri`` is neither an app's ARN nor a URL.
    """
    app = _APP.fullmatch(uri)
    if app:
        own = f"https://{app['region']}.experiments.sagemaker.aws"
        url = next((environment[name] for name in _ENDPOINTS if environment.get(name)), own)
        return MlflowServer(url=url.rstrip("/"), app=uri, region=app["region"])
    if uri.startswith(("http://", "https://")):
        return MlflowServer(url=uri.rstrip("/"))
    raise MlflowError("MLFLOW_TRACKING_URI must be the ARN of a SageMaker MLflow app or a server's URL.")


def _error_code(answer: AWSResponse) -> str:
    try:
        return str(json.loads(answer.content)["error_code"])
    except (ValueError, KeyError, TypeError):
        return ""
