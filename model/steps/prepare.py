"""The pipeline's first step: exports up to a month in, a prepared dataset and a copy of the champion out.

    python -m model.steps.prepare --exports DIR --dataset DIR --champion DIR

Environment: EXPORT_MONTH (YYYY-MM or previous), EXPORT_DIGEST (SHA-256 of that month's export, or unchecked),
STARTED_AT (ISO 8601), TASKS (names joined by commas), ENDPOINT_NAME, SYNTHETIC (true for test data).
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from mailroom.errors import MailroomError
from mailroom.taxonomy_file import load_taxonomy
from model import prepare
from model.dataset.frozen_set import ChosenSet, FormerSet, set_of_run
from model.dataset.kept_set import FACTS as KEPT_SET
from model.steps.champion import NONE, Champion, fetch_champion
from model.steps.export_digest import check_digest
from model.steps.former_set import fetch_former_set
from model.steps.months import MonthlyExports, exports_until, month_asked_for

TAXONOMY = Path(__file__).resolve().parents[2] / "config" / "taxonomy.toml"


_VARIABLES = ("EXPORT_MONTH", "EXPORT_DIGEST", "STARTED_AT", "TASKS", "ENDPOINT_NAME", "SYNTHETIC")


class StepVariableError(MailroomError):
    """A variable of the step is missing."""


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the step; 0, or 2 after one sentence on what does not fit."""
    folders = _parser().parse_args(arguments)
    try:
        _check_variables(environment)
        month = month_asked_for(environment["EXPORT_MONTH"], started_at=environment["STARTED_AT"])
        exports = exports_until(folders.exports, month)
        check_digest(exports, environment["EXPORT_DIGEST"])
        champion = _champion(environment["ENDPOINT_NAME"], folders.champion)
        print(f"champion: {champion.model_package if champion else NONE}")
        code = _prepare(exports, champion, folders.dataset, environment)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return code


def _prepare(exports: MonthlyExports, champion: Champion | None, out: Path, environment: Mapping[str, str]) -> int:
    taxonomy = taxonomy_file(exports, synthetic=environment["SYNTHETIC"] == "true")
    # A dataset is moved into place as a whole, and an output folder of a job is a mount that nothing can take the place
    # of: so it is made beside it and copied.
    with tempfile.TemporaryDirectory(prefix="mailroom-dataset-") as scratch:
        made, former = Path(scratch) / "dataset", Path(scratch) / "former"
        chosen = set_of_run(
            taxonomy_version=load_taxonomy(taxonomy).version,
            months=exports.months,
            former=_former_set(champion, former),
        )
        code = prepare.main(prepare_arguments(exports, taxonomy, chosen, made, environment, former=former))
        if code == 0:
            shutil.copytree(made, out, dirs_exist_ok=True)
    return code


def taxonomy_file(exports: MonthlyExports, *, synthetic: bool) -> Path:
    """Test data are labelled under their own taxonomy, where a taxonomy.toml lies beside the newest export;
    production's is the reviewed one, whatever lies there."""
    own = exports.newest_folder / "taxonomy.toml"
    return own if synthetic and own.is_file() else TAXONOMY


def prepare_arguments(
    exports: MonthlyExports,
    taxonomy: Path,
    chosen: ChosenSet,
    out: Path,
    environment: Mapping[str, str],
    *,
    former: Path,
) -> list[str]:
    """The command line of model/prepare.py; ``former`` is the folder with the champion's frozen set, or there is
    none."""
    return [
        "--export",
        *map(str, exports.files),
        *("--taxonomy", str(taxonomy)),
        *("--tasks", environment["TASKS"]),
        *("--out", str(out)),
        *("--frozen-set", str(chosen.frozen_set)),
        *("--frozen-reason", chosen.reason),
        *(["--former", str(former)] if (former / KEPT_SET).is_file() else []),
        *("--note", f"Exports up to {exports.newest}."),
        *(["--synthetic"] if environment["SYNTHETIC"] == "true" else []),
    ]


def _check_variables(environment: Mapping[str, str]) -> None:
    for name in _VARIABLES:
        if not environment.get(name):
            raise StepVariableError(f"The step's variable {name} is not set.")


def _champion(endpoint: str, folder: Path) -> Champion | None:
    import boto3

    return fetch_champion(endpoint, folder, sagemaker=boto3.client("sagemaker"), s3=boto3.client("s3"))


def _former_set(champion: Champion | None, folder: Path) -> FormerSet | None:
    import boto3

    return fetch_former_set(champion, folder, s3=boto3.client("s3"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.steps.prepare", description="The pipeline's first step.")
    parser.add_argument("--exports", type=Path, required=True, metavar="DIR")
    parser.add_argument("--dataset", type=Path, required=True, metavar="DIR")
    parser.add_argument("--champion", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
