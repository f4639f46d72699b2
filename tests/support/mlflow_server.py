"""A server on loopback that speaks as much of MLflow's REST API as is used, and keeps what it is told.

tests/apart/experiments has the same step talk to the real one.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse


@dataclass(kw_only=True)
class RecordedRun:
    """A run as the server has it: ``metrics`` are key, value, step and time."""

    info: dict[str, Any]
    metrics: set[tuple[str, Any, int, int]] = field(default_factory=set)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class MlflowServer(ThreadingHTTPServer):
    """``calls``: each path with its content; ``busy``: how many more calls are turned away with a 503."""

    def __init__(self, *, artifact_root: str = "mlflow-artifacts:/7") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.artifact_root = artifact_root
        self.experiments: dict[str, dict[str, str]] = {}
        self.runs: dict[str, RecordedRun] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.busy = 0
        self.refuse = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.calls]

    def answer(self, path: str, content: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls.append((path, content))
        if self.busy:
            self.busy -= 1
            return 503, {}
        if path == self.refuse:
            return 400, {"error_code": "INVALID_PARAMETER_VALUE"}
        answered: dict[str, Any] | None = getattr(self, f"_{path.replace('/', '_').replace('-', '_')}")(content)
        return (404, {"error_code": "RESOURCE_DOES_NOT_EXIST"}) if answered is None else (200, answered)

    def _experiments_get_by_name(self, content: dict[str, Any]) -> dict[str, Any] | None:
        found = self.experiments.get(content["experiment_name"])
        return found and {"experiment": found}

    def _experiments_create(self, content: dict[str, Any]) -> dict[str, Any]:
        self.experiments[content["name"]] = {"experiment_id": "7", "lifecycle_stage": "active"}
        return {"experiment_id": "7"}

    def _experiments_restore(self, content: dict[str, Any]) -> dict[str, Any]:
        for one in self.experiments.values():
            one["lifecycle_stage"] = "active"
        return {}

    def _runs_search(self, content: dict[str, Any]) -> dict[str, Any]:
        (found,) = re.findall(r"^tags\.(\w+) = '([^']*)'$", content["filter"])
        runs = [run for run in self.runs.values() if run.tags.get(found[0]) == found[1]]
        return {"runs": [{"info": run.info} for run in runs]} if runs else {}

    def _runs_create(self, content: dict[str, Any]) -> dict[str, Any]:
        run_id = f"run-{len(self.runs) + 1}"
        info = {
            "run_id": run_id,
            "run_name": content["run_name"],
            "experiment_id": content["experiment_id"],
            "start_time": content["start_time"],
            "artifact_uri": f"{self.artifact_root}/{run_id}/artifacts",
            "status": "RUNNING",
        }
        self.runs[run_id] = RecordedRun(info=info, tags={tag["key"]: tag["value"] for tag in content["tags"]})
        return {"run": {"info": info}}

    def _runs_log_batch(self, content: dict[str, Any]) -> dict[str, Any]:
        run = self.runs[content["run_id"]]
        run.metrics |= {(one["key"], one["value"], one["step"], one["timestamp"]) for one in content.get("metrics", ())}
        run.params |= {one["key"]: one["value"] for one in content.get("params", ())}
        run.tags |= {one["key"]: one["value"] for one in content.get("tags", ())}
        return {}

    def _runs_update(self, content: dict[str, Any]) -> dict[str, Any]:
        self.runs[content["run_id"]].info["status"] = content["status"]
        return {}


class _Handler(BaseHTTPRequestHandler):
    server: MlflowServer

    def do_GET(self) -> None:
        url = urlparse(self.path)
        content = {name: values[0] for name, values in parse_qs(url.query).items()}
        self._reply(*self.server.answer(self._name(url.path), content))

    def do_POST(self) -> None:
        self._reply(*self.server.answer(self._name(self.path), json.loads(self._body())))

    def do_PUT(self) -> None:
        path = self.path.removeprefix("/api/2.0/mlflow-artifacts/artifacts/")
        self.server.files[path] = (self._body(), self.headers["Content-Type"])
        self._reply(200, {})

    def _name(self, path: str) -> str:
        self.server.headers.append(dict(self.headers))
        return path.removeprefix("/api/2.0/mlflow/")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _reply(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def mlflow_server(**settings: Any) -> Iterator[MlflowServer]:
    server = MlflowServer(**settings)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
