"""The tracking step after the gate: scores, reports and verdict, into the run that the training left in MLflow.

    python -m model.track.verdict --evaluation DIR --gate DIR

Environment: MLFLOW_TRACKING_URI (an MLflow app's ARN or a server's URL), MLFLOW_EXPERIMENT_NAME, PIPELINE_EXECUTION,
and MODEL_ARCHIVE, EVALUATION and GATE, the S3 URIs that the run shall name. All that the run has of the training is
recorded once more, so that one which MLflow missed then is whole now.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from model.evaluation.errors import EvaluationError
from model.evaluation.evaluation_json import evaluation_from_json
from model.evaluation.results import Evaluation
from model.track.artifacts import artifacts_of
from model.track.errors import InputError
from model.track.files import content_of
from model.track.run import Run, judged_run, training_run
from model.track.step import Tracked, track

_VARIABLES = (
    "MLFLOW_TRACKING_URI",
    "MLFLOW_EXPERIMENT_NAME",
    "PIPELINE_EXECUTION",
    "MODEL_ARCHIVE",
    "EVALUATION",
    "GATE",
)
_OTHERS = ("champion", "recent")


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the step; 0, also where MLflow refuses or is away, or 2 after one sentence on what does not fit."""
    folders = _parser().parse_args(arguments)
    return track(_VARIABLES, environment, lambda: _tracked(folders.evaluation, folders.gate, environment))


def _tracked(folder: Path, gate: Path, environment: Mapping[str, str]) -> Tracked:
    evaluation = _evaluation(folder / "evaluation.json")
    others = {name: folder / name / "evaluation.json" for name in _OTHERS}
    run = judged_run(
        _trained(folder, gate, environment),
        evaluation=evaluation,
        others={name: _evaluation(path) for name, path in others.items() if path.exists()},
    )
    return Tracked(run=run, artifacts=artifacts_of(folder, evaluation))


def _trained(folder: Path, gate: Path, environment: Mapping[str, str]) -> Run:
    model, champion = content_of(folder / "model.json"), content_of(folder / "champion" / "champion.json")
    judged = content_of(gate / "gate.json")
    metrics = folder / "metrics.json"
    training = content_of(metrics) if metrics.exists() else {}
    try:
        tags = {
            "champion": str(champion["model_package"]),
            "gate": {"passed": "passed", "failed": "refused"}[judged["verdict"]],
            "gate_text": str(judged["text"]),
            "model_archive": environment["MODEL_ARCHIVE"],
            "evaluation": environment["EVALUATION"],
            "gate_output": environment["GATE"],
        }
        return training_run(environment["PIPELINE_EXECUTION"], model=model, training=training, tags=tags)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            "model.json, metrics.json, champion.json or gate.json is not what the earlier steps write."
        ) from None


def _evaluation(path: Path) -> Evaluation:
    try:
        return evaluation_from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, EvaluationError):
        raise InputError(f"{path.name} of the folder {path.parent.name} is missing, or no evaluation.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.track.verdict", description="Record a verdict in MLflow.")
    parser.add_argument("--evaluation", type=Path, required=True, metavar="DIR")
    parser.add_argument("--gate", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
