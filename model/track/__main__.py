"""The pipeline's tracking step: an evaluation in, a run in MLflow.

    python -m model.track --evaluation DIR

Environment: MLFLOW_TRACKING_URI (an MLflow app's ARN or a server's URL), MLFLOW_EXPERIMENT_NAME, PIPELINE_EXECUTION,
and MODEL_ARCHIVE, EVALUATION and GATE, the S3 URIs that the run shall name: the gate's verdict falls at the same time.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mailroom.errors import MailroomError
from model.evaluation.evaluation_json import evaluation_from_json
from model.evaluation.results import Evaluation
from model.track.artifacts import artifacts_of
from model.track.record import record
from model.track.run import Run, run_of
from model.track.server import MlflowError, server_at

_NAMED = {"model_archive": "MODEL_ARCHIVE", "evaluation": "EVALUATION", "gate": "GATE"}
_VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "PIPELINE_EXECUTION", *_NAMED.values())


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the step; 0, also where MLflow cannot be reached, or 2 after one sentence on what does not fit.

    The record is a by-product: a good model is not held back because it could not be written, but the log says so.
    """
    folder = _parser().parse_args(arguments).evaluation
    missing = [name for name in _VARIABLES if not environment.get(name)]
    if missing:
        print(f"error: the step's variable {missing[0]} is not set.", file=sys.stderr)
        return 2
    try:
        evaluation = _evaluation(folder)
        run = _run(folder, evaluation, environment)
        server = server_at(environment["MLFLOW_TRACKING_URI"], environment)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    try:
        files = artifacts_of(folder, evaluation)
        run_id = record(run, files, experiment=environment["MLFLOW_EXPERIMENT_NAME"], server=server)
        print(f"MLflow run {run_id}")
    except MlflowError as error:
        print(f"warning: the run was not recorded: {error}", file=sys.stderr)
    return 0


def _evaluation(folder: Path) -> Evaluation:
    try:
        return evaluation_from_json((folder / "evaluation.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise MlflowError("The evaluation's folder lacks a readable evaluation.json.") from None


def _run(folder: Path, evaluation: Evaluation, environment: Mapping[str, str]) -> Run:
    others = {name: folder / name / "evaluation.json" for name in ("champion", "recent")}
    try:
        return run_of(
            environment["PIPELINE_EXECUTION"],
            evaluation=evaluation,
            others={
                name: evaluation_from_json(path.read_text(encoding="utf-8"))
                for name, path in others.items()
                if path.exists()
            },
            model=_json(folder / "model.json"),
            training=_json(folder / "metrics.json") if (folder / "metrics.json").exists() else {},
            tags={
                **{tag: environment[name] for tag, name in _NAMED.items()},
                "champion": str(_json(folder / "champion" / "champion.json")["model_package"]),
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise MlflowError(
            "The evaluation's folder lacks a readable model.json, metrics.json or champion/champion.json."
        ) from None


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.track", description="Record a run in MLflow.")
    parser.add_argument("--evaluation", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
