"""python -m local.infra.start_pipeline --env dev: start the training pipeline, once per commit and month.

SageMaker knows a start with the same commit and month again and answers with the execution that runs or ran: a build
that is repeated does not train twice.
"""

import argparse
import re
import subprocess
import sys

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra.account import Account, in_one_sentence, open_account
from local.infra.errors import AccountError

MONTH_PARAMETER = "ExportMonth"
"""The pipeline's parameter that names the newest export to train on."""


def start(account: Account, config: EnvironmentConfig, *, commit: str, month: str | None = None) -> str:
    """Start the environment's pipeline for ``commit``, a full hash in hexadecimal; the execution's ARN.

    ``month`` (``YYYY-MM``) is the newest export to train on; without it the pipeline takes the month before this one.

    Raises:
        AccountError: the hash or the month is none, the pipeline is not deployed, or SageMaker refuses.
    """
    # SageMaker takes tokens of 32 to 128 characters.
    if not re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", commit):
        raise AccountError(f"{commit!r} is no commit: give the full hash, as `git rev-parse HEAD` prints it.")
    if month is not None and not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise AccountError(f"{month!r} is no month: give it in the form 2026-02.")
    chosen = {} if month is None else {"PipelineParameters": [{"Name": MONTH_PARAMETER, "Value": month}]}
    suffix = "" if month is None else f"-{month}"
    with in_one_sentence(f"The pipeline {config.own_name} cannot be started"):
        started = account.client("sagemaker").start_pipeline_execution(
            PipelineName=config.own_name,
            PipelineExecutionDisplayName=f"commit-{commit[:12]}{suffix}",
            ClientRequestToken=f"{commit}{suffix}",
            **chosen,
        )
    return str(started["PipelineExecutionArn"])


def current_commit() -> str:
    """The hash of the commit that is checked out.

    Raises:
        AccountError: this folder is no checkout, or git is not installed.
    """
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - wherever git is installed
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise AccountError("This folder is no git checkout: name the commit with --commit.") from error
    return found.stdout.strip()


def main() -> None:
    """Start, and say what was started."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.start_pipeline", description=__doc__)
    parser.add_argument("--env", required=True, help="dev or prod")
    parser.add_argument("--commit", help="full hash (the one that is checked out)")
    parser.add_argument("--month", metavar="YYYY-MM", help="newest export to train on (the one of the previous month)")
    options = parser.parse_args()
    config = load_environment(options.env)
    commit = options.commit or current_commit()
    execution = start(open_account(config), config, commit=commit, month=options.month)
    print(f"Training for commit {commit[:12]}: {execution}")


if __name__ == "__main__":
    sys.exit(run(main))
