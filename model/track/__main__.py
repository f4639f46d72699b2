"""The tracking step after training: a model archive in, a run in MLflow.

    python -m model.track --model DIR

Environment: MLFLOW_TRACKING_URI (an MLflow app's ARN or a server's URL), MLFLOW_EXPERIMENT_NAME, PIPELINE_EXECUTION,
and MODEL_ARCHIVE, the S3 URI that the run shall name. What is measured of the model, and whether it passed, comes to
the same run later: model/track/verdict.py.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from model.track.errors import InputError
from model.track.files import trained_in
from model.track.run import training_run
from model.track.step import Tracked, track

_VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "PIPELINE_EXECUTION", "MODEL_ARCHIVE")


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the step; 0, also where MLflow refuses or is away, or 2 after one sentence on what does not fit."""
    folder = _parser().parse_args(arguments).model
    return track(_VARIABLES, environment, lambda: _tracked(folder, environment))


def _tracked(folder: Path, environment: Mapping[str, str]) -> Tracked:
    trained = trained_in(folder)
    try:
        run = training_run(
            environment["PIPELINE_EXECUTION"],
            model=trained.model,
            training=trained.metrics,
            tags={"model_archive": environment["MODEL_ARCHIVE"]},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("The model archive's archive.json or metrics.json is of another form.") from None
    return Tracked(run=run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.track", description="Record a training in MLflow.")
    parser.add_argument("--model", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
