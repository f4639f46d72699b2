"""What of a run goes into MLflow: settings, scores, and where the report lies. Never a mail."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.evaluation.results import Evaluation
from model.track.server import MlflowError, MlflowServer

_MEASURES = ("accuracy", "macro_f1", "weighted_f1", "expected_calibration_error")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run as MLflow has it; all keys within its limits of 1,000 metrics and 100 parameters and tags a call."""

    name: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]


def run_of(
    name: str,
    *,
    evaluation: Evaluation,
    champion: Evaluation | None,
    model: Mapping[str, Any],
    tags: Mapping[str, str],
) -> Run:
    """The run of a model that ``model`` (model.json) describes."""
    metrics = {f"test.{key}": value for key, value in _scores(evaluation).items()}
    if champion is not None:
        metrics |= {f"champion.{key}": value for key, value in _scores(champion).items()}
    facts = dict(model["facts"])
    return Run(
        name=name,
        params={key: str(value) for key, value in facts.pop("hyperparameters", {}).items()},
        metrics=metrics,
        tags={
            "model_version": str(model["model_version"]),
            "taxonomy_version": str(model["taxonomy_version"]),
            **{key: str(value) for key, value in facts.items()},
            **tags,
        },
    )


def _scores(evaluation: Evaluation) -> dict[str, float]:
    scores = {
        f"{task}.{measure}": getattr(measured, measure)
        for task, measured in evaluation.tasks.items()
        for measure in _MEASURES
    }
    if evaluation.exact_match is not None:
        scores["exact_match.accuracy"] = evaluation.exact_match.accuracy
    if evaluation.decisions is not None:
        scores |= {f"decisions.{name}": share for name, share in evaluation.decisions.shares.items()}
    return scores


def record(run: Run, *, experiment: str, server: MlflowServer) -> str:
    """Record the run and return its MLflow id; raises MlflowError."""
    now = int(time.time() * 1000)
    started = server.call(
        "POST",
        "runs/create",
        {"experiment_id": _experiment(experiment, server), "run_name": run.name, "start_time": now},
    )
    run_id = str(started["run"]["info"]["run_id"])
    server.call(
        "POST",
        "runs/log-batch",
        {
            "run_id": run_id,
            "metrics": [
                {"key": key, "value": value, "timestamp": now, "step": 0} for key, value in run.metrics.items()
            ],
            "params": _pairs(run.params),
            "tags": _pairs(run.tags),
        },
    )
    server.call("POST", "runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": now})
    return run_id


def _experiment(name: str, server: MlflowServer) -> str:
    try:
        found = server.call("GET", "experiments/get-by-name", {"experiment_name": name})
        return str(found["experiment"]["experiment_id"])
    except MlflowError as error:
        if "RESOURCE_DOES_NOT_EXIST" not in str(error):
            raise
    return str(server.call("POST", "experiments/create", {"name": name})["experiment_id"])


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]
