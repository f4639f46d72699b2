"""The pipeline's tracking step: an evaluation in, a run in MLflow.

    python -m model.track --evaluation DIR

Environment: MLFLOW_TRACKING_URI (an MLflow app's ARN or a server's URL), MLFLOW_EXPERIMENT_NAME, RUN_NAME, and
MODEL_ARCHIVE and EVALUATION, the S3 URIs that the run shall name.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mailroom.errors import MailroomError
from model.evaluation.evaluation_json import evaluation_from_json
from model.track.record import Run, record, run_of
from model.track.server import MlflowError, server_at

_VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "RUN_NAME", "MODEL_ARCHIVE", "EVALUATION")


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the step; 0, also where MLflow cannot be reached, or 2 after one sentence on what does not fit.

    The record is a by-product: a good model is not held back because it could not be written, but the log says so.
    """
    options = _parser().parse_args(arguments)
    missing = [name for name in _VARIABLES if not environment.get(name)]
    if missing:
        print(f"error: the step's variable {missing[0]} is not set.", file=sys.stderr)
        return 2
    try:
        run = _run(options.evaluation, environment)
        server = server_at(environment["MLFLOW_TRACKING_URI"])
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    try:
        run_id = record(run, experiment=environment["MLFLOW_EXPERIMENT_NAME"], server=server)
        print(f"MLflow run {run_id}")
    except MlflowError as error:
        print(f"warning: the run was not recorded: {error}", file=sys.stderr)
    return 0


def _run(folder: Path, environment: Mapping[str, str]) -> Run:
    champion = folder / "champion" / "evaluation.json"
    try:
        return run_of(
            environment["RUN_NAME"],
            evaluation=evaluation_from_json((folder / "evaluation.json").read_text(encoding="utf-8")),
            champion=evaluation_from_json(champion.read_text(encoding="utf-8")) if champion.exists() else None,
            model=json.loads((folder / "model.json").read_text(encoding="utf-8")),
            tags={"model_archive": environment["MODEL_ARCHIVE"], "report": environment["EVALUATION"]},
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise MlflowError("The evaluation's folder lacks a readable evaluation.json or model.json.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.track", description="Record a run in MLflow.")
    parser.add_argument("--evaluation", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
