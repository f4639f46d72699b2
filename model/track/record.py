"""Recording a run, once: a step that is tried again goes on with the run it began."""

import contextlib
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from model.track.artifacts import Artifact, store
from model.track.errors import MlflowError
from model.track.run import EXECUTION_TAG, Metric, Run
from model.track.server import MlflowServer

T = TypeVar("T")

# What one call may hold: https://mlflow.org/docs/latest/api_reference/rest-api.html#request-limits
MAX_METRICS = 1000
MAX_PAIRS = 100

# Else MLflow's page opens the experiment as one of language models, with traces and judges.
_MODEL_TRAINING = {"mlflow.experimentKind": "custom_model_development"}


def record(run: Run, artifacts: Iterable[Artifact], *, experiment: str, server: MlflowServer) -> str:
    """Record the run and return its MLflow id; raises MlflowError, and then the run is marked as failed."""
    info = _run_info(run, _experiment(experiment, server), server)
    run_id = str(info["run_id"])
    try:
        _log(run, run_id, started=int(info["start_time"]), server=server)
        for artifact in artifacts:
            store(artifact, root=str(info["artifact_uri"]), server=server)
        _end(run_id, run.status, server)
    except MlflowError:
        with contextlib.suppress(MlflowError):
            _end(run_id, "FAILED", server)
        raise
    return run_id


def _experiment(name: str, server: MlflowServer) -> str:
    try:
        found = server.call("GET", "experiments/get-by-name", {"experiment_name": name})["experiment"]
    except MlflowError as error:
        if error.code != "RESOURCE_DOES_NOT_EXIST":
            raise
        content = {"name": name, "tags": _pairs(_MODEL_TRAINING)}
        return str(server.call("POST", "experiments/create", content)["experiment_id"])
    if found.get("lifecycle_stage") == "deleted":  # its name stays taken, and it takes no run
        server.call("POST", "experiments/restore", {"experiment_id": found["experiment_id"]})
    return str(found["experiment_id"])


def _run_info(run: Run, experiment_id: str, server: MlflowServer) -> Mapping[str, Any]:
    asked = {
        "experiment_ids": [experiment_id],
        "filter": f"tags.{EXECUTION_TAG} = '{run.execution}'",
        "max_results": 1,
    }
    found = server.call("POST", "runs/search", asked).get("runs", [])
    if found:
        info: Mapping[str, Any] = found[0]["info"]
        return info
    content = {
        "experiment_id": experiment_id,
        "run_name": run.name,
        "start_time": int(time.time() * 1000),
        "tags": _pairs({EXECUTION_TAG: run.execution}),
    }
    created: Mapping[str, Any] = server.call("POST", "runs/create", content)["run"]["info"]
    return created


def _log(run: Run, run_id: str, *, started: int, server: MlflowServer) -> None:
    for part in _parts(list(run.metrics), MAX_METRICS):
        # With the time at which the run began: what is logged again is then the same and not a second value.
        metrics = [_metric(metric, started) for metric in part]
        server.call("POST", "runs/log-batch", {"run_id": run_id, "metrics": metrics})
    for kind, values in {"params": run.params, "tags": run.tags}.items():
        for pairs in _parts(_pairs(values), MAX_PAIRS):
            server.call("POST", "runs/log-batch", {"run_id": run_id, kind: pairs})


def _end(run_id: str, status: str, server: MlflowServer) -> None:
    ended = {"run_id": run_id, "status": status, "end_time": int(time.time() * 1000)}
    server.call("POST", "runs/update", ended)


def _metric(metric: Metric, timestamp: int) -> dict[str, Any]:
    # JSON has no word for these; protocol buffers' JSON does: https://protobuf.dev/programming-guides/json/
    value: float | str = metric.value
    if not math.isfinite(metric.value):
        value = "NaN" if math.isnan(metric.value) else "Infinity" if metric.value > 0 else "-Infinity"
    return {"key": metric.key, "value": value, "timestamp": timestamp, "step": metric.step}


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _parts(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))
