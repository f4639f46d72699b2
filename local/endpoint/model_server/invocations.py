"""SageMaker's runtime API for one endpoint: requests in, answers and errors in the form that boto3 reads."""

import json
import traceback
import uuid
from collections.abc import Callable, Mapping
from pathlib import PurePath
from urllib.parse import unquote

from .http_server import HttpRequest, HttpResponse
from .worker import BusyError, OverdueError, Worker

# InvokeEndpoint's limits: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
MAX_BODY_BYTES = 6 * 1024 * 1024
MODEL_SECONDS = 60.0
VARIANT = "AllTraffic"


def error_response(status: int, code: str, message: str, **members: str | int) -> HttpResponse:
    """An error of the AWS JSON protocol; ``message`` is fixed text, never an exception's."""
    body = json.dumps({"ErrorCode": code, "Message": message, **members}).encode()
    return HttpResponse(
        status=status,
        body=body,
        headers={"Content-Type": "application/json", "x-amzn-ErrorType": code, "x-amzn-RequestId": str(uuid.uuid4())},
    )


def too_large() -> HttpResponse:
    """The answer to a body over MAX_BODY_BYTES."""
    return error_response(413, "ValidationError", "The request body is larger than 6,291,456 bytes.")


class Invocations:
    """Answers POST /endpoints/NAME/invocations and GET /ping. ``log`` gets one entry for each invocation."""

    def __init__(self, name: str, worker: Worker, log: Callable[[Mapping[str, str | float]], None]) -> None:
        self._name = name
        self._worker = worker
        self._log = log
        self.ready = False
        """Whether a real invocation has been answered; until then there is no endpoint."""

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one HTTP request."""
        if request.method == "GET" and request.target == "/ping":
            return HttpResponse(status=200 if self.ready else 503)
        parts = request.target.partition("?")[0].split("/")
        if request.method != "POST" or len(parts) != 4 or (parts[1], parts[3]) != ("endpoints", "invocations"):
            return error_response(404, "UnknownOperationException", "There is no such operation.")
        if unquote(parts[2]) != self._name:
            return error_response(400, "ValidationError", "There is no endpoint of that name.")
        if not self.ready:
            return error_response(503, "ServiceUnavailable", "The endpoint is not in service yet.")
        return self.invoke(
            request.body,
            request.header("Content-Type") or "",
            request.header("Accept") or "",
            request.header("X-Amzn-SageMaker-Custom-Attributes"),
        )

    def invoke(self, body: bytes, content_type: str, accept: str, attributes: str | None = None) -> HttpResponse:
        """Run the model on one body."""
        try:
            answer = self._worker.invoke(body, content_type, accept)
        except BusyError:
            self._log({"event": "invocation_refused", "level": "warning"})
            return error_response(503, "ServiceUnavailable", "Too many invocations are waiting.")
        except OverdueError:
            self._log({"event": "invocation_overdue", "level": "error"})
            return _model_error(500, "The model did not answer within 60 seconds.")
        except Exception as error:
            # Type and place only: an exception's text may quote a mail.
            self._log(
                {
                    "event": "invocation_failed",
                    "level": "error",
                    "exception": type(error).__name__,
                    "place": place(error),
                }
            )
            return _model_error(400, "The model raised an exception.")
        self._log(
            {
                "event": "invocation",
                "level": "info",
                "model_ms": round(answer.model_ms, 3),
                "queue_ms": round(answer.queue_ms, 3),
                "bytes": len(body),
            }
        )
        return HttpResponse(
            status=200,
            body=answer.body,
            headers={
                "Content-Type": answer.content_type,
                "x-Amzn-Invoked-Production-Variant": VARIANT,
                "x-amzn-RequestId": str(uuid.uuid4()),
                "x-mailroom-model-milliseconds": f"{answer.model_ms:.3f}",
                "x-mailroom-queue-milliseconds": f"{answer.queue_ms:.3f}",
                **({"X-Amzn-SageMaker-Custom-Attributes": attributes} if attributes else {}),
            },
        )


def place(error: BaseException) -> str:
    """Where an exception was raised, as file and line."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"


def _model_error(status: int, message: str) -> HttpResponse:
    return error_response(424, "ModelError", message, OriginalStatusCode=status, OriginalMessage=message)
