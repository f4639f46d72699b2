"""python -m local.infra.start_pipeline --env dev: start the training pipeline, once per commit.

SageMaker knows a start with the commit's hash again and answers with the execution that runs or ran: a build that is
repeated does not train twice.
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


def start(account: Account, config: EnvironmentConfig, *, commit: str) -> str:
    """Start the environment's pipeline for ``commit``, a full hash in hexadecimal; the execution's ARN.

    Raises:
        AccountError: the hash is none, the pipeline is not deployed, or SageMaker refuses.
    """
    # SageMaker takes tokens of 32 to 128 characters.
    if not re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", commit):
        raise AccountError(f"{commit!r} is no commit: give the full hash, as `git rev-parse HEAD` prints it.")
    with in_one_sentence(f"The pipeline {config.own_name} cannot be started"):
        started = account.client("sagemaker").start_pipeline_execution(
            PipelineName=config.own_name,
            PipelineExecutionDisplayName=f"commit-{commit[:12]}",
            ClientRequestToken=commit,
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
    options = parser.parse_args()
    config = load_environment(options.env)
    commit = options.commit or current_commit()
    print(f"Training for commit {commit[:12]}: {start(open_account(config), config, commit=commit)}")


if __name__ == "__main__":
    sys.exit(run(main))
