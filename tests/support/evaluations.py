"""Evaluations and comparisons with chosen scores, and the folder that the evaluation step leaves."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mailroom.prediction import TaskPrediction
from model.comparison.comparison_json import comparison_to_json
from model.comparison.results import (
    Compared,
    Comparison,
    Contestant,
    Difference,
    NewLabels,
    Routing,
    Scores,
    TaskComparison,
)
from model.evaluation.evaluation_json import evaluation_to_json
from model.evaluation.metrics import evaluate_predictions
from model.evaluation.results import Evaluation

FROZEN_SET = "tiny-1/2026-03"
MODEL_CARD = {"model_overview": {"model_creator": "a test"}}
CHAMPION = "arn:aws:sagemaker:eu-central-1:111122223333:model-package/mailroom-dev/3"


def evaluation_of(scores: Mapping[str, float], *, rows: int = 100) -> Evaluation:
    """A real evaluation of one mail, whose macro-F1 per task and count of mails are then what the test is about."""
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
    tasks = {task: replace(measured.tasks[task], n=rows, macro_f1=score) for task, score in scores.items()}
    return replace(measured, rows=rows, tasks=tasks)


def comparison_of(scores: Mapping[str, float], champion: Mapping[str, float] | None, *, mails: int = 100) -> Comparison:
    """A comparison of two models with these macro-F1 per task."""
    challenger = Contestant(
        model_version="2026-04-01.1a2b3c4d",
        taxonomy_version="tiny-1",
        model_package=None,
        frozen_set=FROZEN_SET,
        mails=mails,
        mails_sha256="a" * 64,
    )
    if champion is None:
        return Comparison(challenger=challenger)
    return Comparison(
        challenger=challenger,
        champion=replace(challenger, model_version="2026-03-01.0a0b0c0d", model_package=CHAMPION),
        test=Compared(
            mails=mails,
            tasks={task: _task_comparison(scores[task], former) for task, former in champion.items() if task in scores},
            routing_challenger=Routing(shares={}, routed=0, precision=None),
            routing_champion=Routing(shares={}, routed=0, precision=None),
            languages={},
            disagreements=0,
            shown=(),
        ),
        lost_tasks={task: former for task, former in champion.items() if task not in scores},
    )


def _task_comparison(score: float, former: float) -> TaskComparison:
    difference = Difference(value=score - former, low=score - former, high=score - former)
    return TaskComparison(
        n=100,
        challenger=Scores(accuracy=score, macro_f1=score),
        champion=Scores(accuracy=former, macro_f1=former),
        accuracy_difference=difference,
        macro_f1_difference=difference,
        both_right=100,
        only_challenger_right=0,
        only_champion_right=0,
        neither_right=0,
        p_value=1.0,
        labels=(),
        new_labels=NewLabels(labels=(), n=0, accuracy=None),
    )


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
    (folder / "comparison.json").write_text(comparison_to_json(comparison_of(scores, champion)), encoding="utf-8")
    (folder / "model_card.json").write_text(json.dumps(MODEL_CARD, indent=1), encoding="utf-8")
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
