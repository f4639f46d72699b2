"""What of a run goes into MLflow: settings, scores, how training went, and where the rest lies. Never a mail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from model.evaluation.results import Evaluation

_MEASURES = ("accuracy", "macro_f1", "weighted_f1", "expected_calibration_error")
EXECUTION_TAG = "pipeline_execution"
"""By this tag a step that is tried again finds the run it began."""

# What a server must take: https://mlflow.org/docs/latest/api_reference/rest-api.html
_LONGEST_TEXT = 5000


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number; ``step`` is the epoch after which it was measured, 0 for what is measured once."""

    key: str
    value: float
    step: int = 0


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run as MLflow has it. ``name`` need not be unique, ``execution`` is; ``status``: how it ended, in MLflow's
    word."""

    name: str
    execution: str
    params: Mapping[str, str]
    metrics: tuple[Metric, ...]
    tags: Mapping[str, str]
    status: str = "FINISHED"


def training_run(
    execution: str, *, model: Mapping[str, Any], training: Mapping[str, Any], tags: Mapping[str, str]
) -> Run:
    """The run of a training that ended: ``model`` says what came of it (model_version, taxonomy_version, facts), and
    ``training`` (metrics.json) how it went."""
    facts = dict(model["facts"])
    hyperparameters = facts.pop("hyperparameters", {})
    return Run(
        name=str(model["model_version"]),
        execution=execution,
        params={key: _text(value) for key, value in hyperparameters.items()},
        metrics=tuple(training_metrics(training)),
        tags={
            "model_version": str(model["model_version"]),
            "taxonomy_version": str(model["taxonomy_version"]),
            **{key: _text(value) for key, value in facts.items()},
            **{key: _text(value) for key, value in tags.items()},
            "mlflow.source.type": "JOB",
            EXECUTION_TAG: execution,
        },
    )


def judged_run(trained: Run, *, evaluation: Evaluation, others: Mapping[str, Evaluation]) -> Run:
    """A training's run with what was measured of its model.

    ``others`` are what else was measured, by name: ``champion``, on the same mails, and ``recent``, on newer ones.
    Slashes in a metric's key make sections of MLflow's page: ``test/queue/macro_f1``.
    """
    scores = [
        Metric(key=f"{name}/{key}", value=value)
        for name, measured in {"test": evaluation, **others}.items()
        for key, value in _scores(measured).items()
    ]
    note = _note(evaluation, others.get("champion"))
    return replace(trained, metrics=(*scores, *trained.metrics), tags={**trained.tags, "mlflow.note.content": note})


def _scores(evaluation: Evaluation) -> dict[str, float]:
    scores = {
        f"{task}/{measure}": getattr(measured, measure)
        for task, measured in evaluation.tasks.items()
        for measure in _MEASURES
    }
    if evaluation.exact_match is not None:
        scores["exact_match/accuracy"] = evaluation.exact_match.accuracy
    if evaluation.decisions is not None:
        scores |= {f"decisions/{name}": share for name, share in evaluation.decisions.shares.items()}
    return scores


def training_metrics(training: Mapping[str, Any]) -> list[Metric]:
    """What each fine-tuning measured after each of its epochs; where there are several, below the name of each."""
    runs = training.get("runs", {})
    metrics = [
        Metric(
            key="/".join([*([name] if len(runs) > 1 else []), *key.split(":")]), value=value, step=int(entry["epoch"])
        )
        for name, run in runs.items()
        for entry in run["history"]
        for key, value in entry.items()
        if key != "epoch"
    ]
    if "seconds" in training:
        metrics.append(Metric(key="train/seconds", value=training["seconds"]))
    return metrics


def _note(evaluation: Evaluation, champion: Evaluation | None) -> str:
    """The description at the head of the run's page, in Markdown."""
    lines = [f"Measured on {evaluation.rows} mails.", "", "| task | macro-F1 | champion |", "|---|---|---|"]
    for task, measured in evaluation.tasks.items():
        other = champion.tasks.get(task) if champion else None
        lines.append(f"| {task} | {measured.macro_f1:.3f} | {'–' if other is None else f'{other.macro_f1:.3f}'} |")
    return "\n".join(lines)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
