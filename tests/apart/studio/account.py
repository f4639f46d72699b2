"""A server on loopback in the place of SageMaker, S3 and MLflow, which keeps what it is asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

ACCOUNT = "111122223333"
PREFIX = f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}"
MLFLOW = "/api/2.0/mlflow/"
EXPIRED = "expired"
"""In the place of a job's status: the credentials have expired."""


@dataclass(frozen=True, kw_only=True)
class Execution:
    """A run of the pipeline; ``prepared``: status of its step prepare; ``is_kept``: its dataset has not expired."""

    name: str
    month: str = "previous"
    started: datetime = datetime(2026, 3, 2, tzinfo=UTC)
    prepared: str = "Succeeded"
    is_kept: bool = True

    @property
    def arn(self) -> str:
        return f"{PREFIX}:pipeline/mailroom-dev/execution/{self.name}"


class Account(ThreadingHTTPServer):
    """``calls``: action and content of each SageMaker call; ``objects``: what lies in S3, by bucket/key.

    Of a job, ``job_statuses`` is what each look at it finds, the last one for good, with ``job_facts`` beside it, and
    ``printed`` what it has printed at each look at its log. ``mlflow_status``: what MLflow answers with.
    """

    def __init__(self, definition: dict[str, Any], executions: list[Execution], account: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.definition, self.executions, self.account = definition, executions, account
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.objects: dict[str, bytes] = {}
        self.mlflow: list[tuple[str, dict[str, Any]]] = []
        self.job_statuses = ["Completed"]
        self.job_facts: dict[str, Any] = {}
        self.printed: list[list[str]] = []
        self.log_calls: list[dict[str, Any]] = []
        self.mlflow_status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def started(self) -> list[dict[str, Any]]:
        """The training jobs that were started."""
        return [content for action, content in self.calls if action == "CreateTrainingJob"]

    def answer(self, action: str, content: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((action, content))
        answered: dict[str, Any] = getattr(self, f"_{action}")(content)
        return answered

    def listed(self, prefix: str) -> bytes:
        """What S3 answers when it is asked what lies under a prefix of the datasets."""
        kept = {f"prepared/{one.name}/" for one in self.executions if one.is_kept}
        content = "<Contents><Key>train.jsonl</Key></Contents>" if prefix in kept else ""
        return f"<ListBucketResult>{content}</ListBucketResult>".encode()

    def log_events(self, content: dict[str, Any]) -> dict[str, Any]:
        """What FilterLogEvents answers: all lines so far, from a time on."""
        self.log_calls.append(content)
        looks = self.printed[: len(self.log_calls)]
        events = [
            {"eventId": f"{look}-{place}", "timestamp": 1000 * look, "message": line}
            for look, lines in enumerate(looks)
            for place, line in enumerate(lines)
        ]
        return {"events": [one for one in events if one["timestamp"] >= content["startTime"]]}

    def track(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        self.mlflow.append((path, content))
        if path == "runs/create":
            info = {"run_id": "run-1", "start_time": 1, "artifact_uri": "s3://artefacts-bucket/mlflow"}
            return {"run": {"info": info}}
        return {"experiment": {"experiment_id": "7"}} if path.startswith("experiments/") else {}

    def _DescribePipeline(self, content: dict[str, Any]) -> dict[str, Any]:
        assert content == {"PipelineName": "mailroom-dev"}
        arn = f"arn:aws:sagemaker:eu-central-1:{self.account}:pipeline/mailroom-dev"
        return {"PipelineArn": arn, "PipelineDefinition": json.dumps(self.definition)}

    def _ListPipelineExecutions(self, content: dict[str, Any]) -> dict[str, Any]:
        assert (content["SortBy"], content["SortOrder"]) == ("CreationTime", "Descending")
        listed = sorted(self.executions, key=lambda one: one.started, reverse=True)
        return {
            "PipelineExecutionSummaries": [
                {"PipelineExecutionArn": one.arn, "StartTime": one.started.timestamp()} for one in listed
            ]
        }

    def _ListPipelineParametersForExecution(self, content: dict[str, Any]) -> dict[str, Any]:
        (found,) = (one for one in self.executions if one.arn == content["PipelineExecutionArn"])
        return {"PipelineParameters": [{"Name": "ExportMonth", "Value": found.month}]}

    def _ListPipelineExecutionSteps(self, content: dict[str, Any]) -> dict[str, Any]:
        (found,) = (one for one in self.executions if one.arn == content["PipelineExecutionArn"])
        return {"PipelineExecutionSteps": [{"StepName": "prepare", "StepStatus": found.prepared}]}

    def _CreateTrainingJob(self, content: dict[str, Any]) -> dict[str, Any]:
        return {"TrainingJobArn": f"{PREFIX}:training-job/{content['TrainingJobName']}"}

    def _DescribeTrainingJob(self, content: dict[str, Any]) -> dict[str, Any]:
        name = content["TrainingJobName"]
        started = {job["TrainingJobName"]: job for job in self.started}.get(name, {})
        status = self.job_statuses.pop(0) if len(self.job_statuses) > 1 else self.job_statuses[0]
        return {
            **started,
            "TrainingJobName": name,
            "TrainingJobArn": f"{PREFIX}:training-job/{name}",
            "TrainingJobStatus": status,
            "SecondaryStatus": status,
            "CreationTime": 1,
            "ModelArtifacts": {"S3ModelArtifacts": "s3://artefacts-bucket/model.tar.gz"},
            **self.job_facts,
        }


class _Handler(BaseHTTPRequestHandler):
    server: Account

    def do_GET(self) -> None:
        if self.path.startswith(MLFLOW):
            self._json(
                self.server.track(self.path.removeprefix(MLFLOW).partition("?")[0], {}), self.server.mlflow_status
            )
            return
        url = urlparse(self.path)
        asked = parse_qs(url.query)
        if asked.get("list-type") == ["2"]:
            assert url.path == "/datasets-bucket"
            self._reply(200, self.server.listed(asked["prefix"][0]))
            return
        found = self.server.objects.get(self.path.strip("/").partition("?")[0])
        if found is None:
            self._reply(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
        else:
            self._reply(200, found)

    def do_PUT(self) -> None:
        self.server.objects[self.path.strip("/")] = self._body()
        self._reply(200, b"")

    def do_POST(self) -> None:
        if self.path.startswith(MLFLOW):
            called = self.server.track(self.path.removeprefix(MLFLOW), json.loads(self._body()))
            self._json(called, self.server.mlflow_status)
            return
        action = self.headers["X-Amz-Target"].rpartition(".")[2]
        content = json.loads(self._body())
        if action == "DescribeTrainingJob" and self.server.job_statuses[0] == EXPIRED:
            self._json({"__type": "ExpiredTokenException", "message": "It has expired."}, 400)
            return
        self._json(
            self.server.log_events(content) if action == "FilterLogEvents" else self.server.answer(action, content)
        )

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _json(self, content: dict[str, Any], status: int = 200) -> None:
        self._reply(status, json.dumps(content).encode())

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving(definition: dict[str, Any], executions: list[Execution], *, account: str = ACCOUNT) -> Iterator[Account]:
    server = Account(definition, executions, account)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
