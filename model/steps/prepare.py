"""The pipeline's first step: exports up to a month in, a prepared dataset and a copy of the champion out.

    python -m model.steps.prepare --exports DIR --dataset DIR --champion DIR

Environment: EXPORT_MONTH (YYYY-MM or previous), STARTED_AT (ISO 8601), TASKS (names
joined by commas), MODEL_PACKAGE_GROUP, SYNTHETIC (true for test data).
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from mailroom.errors import MailroomError
from model import prepare
from model.dataset.split import TEST_SHARE
from model.steps.champion import fetch_champion
from model.steps.months import MonthlyExports, exports_until, month_asked_for

TAXONOMY = Path(__file__).resolve().parents[2] / "config" / "taxonomy.toml"


class StepVariableError(MailroomError):
    """A variable of the step is missing."""


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the step; 0, or 2 after one sentence on what does not fit."""
    folders = _parser().parse_args(arguments)
    try:
        exports = exports_until(
            folders.exports,
            month_asked_for(variable(environment, "EXPORT_MONTH"), started_at=variable(environment, "STARTED_AT")),
        )
        code = _prepare(exports, folders.dataset, environment)
        if code == 0:
            print(f"champion: {_champion(variable(environment, 'MODEL_PACKAGE_GROUP'), folders.champion)}")
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return code


def _prepare(exports: MonthlyExports, out: Path, environment: Mapping[str, str]) -> int:
    # A dataset is moved into place as a whole, and an output folder of a job is a mount that nothing can take the place
    # of: so it is made beside it and copied.
    with tempfile.TemporaryDirectory(prefix="mailroom-dataset-") as scratch:
        made = Path(scratch) / "dataset"
        code = prepare.main(prepare_arguments(exports, made, environment))
        if code == 0:
            shutil.copytree(made, out, dirs_exist_ok=True)
    return code


def prepare_arguments(exports: MonthlyExports, out: Path, environment: Mapping[str, str]) -> list[str]:
    """The command line of model/prepare.py.

    Test data are labelled under their own taxonomy, where a taxonomy.toml lies beside the newest export; production's
    is the reviewed one, whatever lies there.
    """
    synthetic = variable(environment, "SYNTHETIC") == "true"
    own = exports.newest_folder / "taxonomy.toml"
    return [
        "--export",
        *map(str, exports.files),
        "--taxonomy",
        str(own if synthetic and own.is_file() else TAXONOMY),
        "--tasks",
        variable(environment, "TASKS"),
        "--out",
        str(out),
        "--frozen-test",
        str(TEST_SHARE),
        "--note",
        f"Exports up to {exports.newest}.",
        *(["--synthetic"] if synthetic else []),
    ]


def variable(environment: Mapping[str, str], name: str) -> str:
    """A variable's value; raises StepVariableError if it is not set."""
    if not environment.get(name):
        raise StepVariableError(f"The step's variable {name} is not set.")
    return environment[name]


def _champion(group: str, folder: Path) -> str:
    import boto3

    return fetch_champion(group, folder, sagemaker=boto3.client("sagemaker"), s3=boto3.client("s3"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.steps.prepare", description="The pipeline's first step.")
    parser.add_argument("--exports", type=Path, required=True, metavar="DIR")
    parser.add_argument("--dataset", type=Path, required=True, metavar="DIR")
    parser.add_argument("--champion", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
