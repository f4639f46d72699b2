"""Evaluations with chosen scores, and the folder that the evaluation step leaves."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mailroom.prediction import TaskPrediction
from model.evaluation.evaluation_json import evaluation_to_json
from model.evaluation.metrics import evaluate_predictions
from model.evaluation.results import Evaluation

CHAMPION = "arn:aws:sagemaker:eu-central-1:111122223333:model-package/mailroom-dev/3"


def evaluation_of(scores: Mapping[str, float], *, rows: int = 100) -> Evaluation:
    """A real evaluation of one mail whose macro-F1 per task is then set to what the test is about."""
    truth = [dict.fromkeys(scores, "a")]
    said = [{task: TaskPrediction(label="a", confidence=0.9) for task in scores}]
    measured = evaluate_predictions(
        truth,
        said,
        tasks=list(scores),
        label_order={task: ["a"] for task in scores},
        decisions=None,
        known_labels={task: frozenset({"a"}) for task in scores},
    )
    tasks = {task: replace(measured.tasks[task], macro_f1=score) for task, score in scores.items()}
    return replace(measured, rows=rows, tasks=tasks)


def write_evaluation(
    folder: Path,
    scores: Mapping[str, float],
    *,
    champion: Mapping[str, float] | None = None,
    labels: Mapping[str, list[str]] | None = None,
) -> Path:
    """What model/steps/evaluate.py writes, as far as later steps read it."""
    (folder / "champion").mkdir(parents=True)
    (folder / "evaluation.json").write_text(evaluation_to_json(evaluation_of(scores)), encoding="utf-8")
    model = {
        "model_version": "2026-04-01.1a2b3c4d",
        "taxonomy_version": "tiny-1",
        "labels": labels or {},
        "facts": {"data_fingerprint": "f" * 64, "hyperparameters": {"epochs": 4}, "training_mails": 48},
    }
    (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
    said = {"model_package": "none" if champion is None else CHAMPION}
    (folder / "champion" / "champion.json").write_text(json.dumps(said), encoding="utf-8")
    if champion is not None:
        text = evaluation_to_json(evaluation_of(champion))
        (folder / "champion" / "evaluation.json").write_text(text, encoding="utf-8")
    return folder
