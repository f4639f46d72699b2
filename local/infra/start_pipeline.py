"""python -m local.infra.start_pipeline --env dev: start the training pipeline, once per commit, month and settings.

SageMaker knows a start with the same ones again and answers with the execution that runs or ran: a build that is
repeated does not train twice. The month is decided here and not by the pipeline: "previous" means another one next
month, and a repeated build must not join last month's execution then.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra.account import Account, in_one_sentence
from local.infra.at_hand import account_at_hand
from local.infra.errors import AccountError
from mailroom.hyperparameters import OVERRIDES, hyperparameters_from
from model.steps.months import month_asked_for

MONTH_PARAMETER = "ExportMonth"
"""The pipeline's parameter that names the newest export to train on."""
HYPERPARAMETERS_PARAMETER = "Hyperparameters"
"""The pipeline's parameter that holds, as a JSON object, what a run wants otherwise than configured."""
_NONE: Mapping[str, str] = MappingProxyType({})


def month_to_train_on(config: EnvironmentConfig, asked: str | None, *, now: datetime) -> str:
    """The newest export of a run, ``YYYY-MM``: what was ``asked`` for, or else what is configured.

    Raises:
        DatasetError: it is neither a month nor ``previous``.
    """
    return month_asked_for(asked or config.training.export_month, started_at=now.isoformat())


def start(
    account: Account,
    config: EnvironmentConfig,
    *,
    commit: str,
    month: str,
    settings: Mapping[str, str] = _NONE,
) -> str:
    """Start the environment's pipeline for ``commit``, a full hash in hexadecimal; the execution's ARN.

    ``month`` (``YYYY-MM``) is the newest export to train on. ``settings`` are hyperparameters that this run
    wants otherwise than configured.

    Raises:
        AccountError: the hash or the month is none, the pipeline is not deployed, or SageMaker refuses.
        HyperparameterError: a setting is unknown or out of range.
    """
    # SageMaker takes tokens of 32 to 128 characters.
    if not re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", commit):
        raise AccountError(f"{commit!r} is no commit: give the full hash, as `git rev-parse HEAD` prints it.")
    if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise AccountError(f"{month!r} is no month: give it in the form 2026-02.")
    parameters, suffix = _parameters(month, settings)
    with in_one_sentence(f"The pipeline {config.own_name} cannot be started"):
        started = account.client("sagemaker").start_pipeline_execution(
            PipelineName=config.own_name,
            PipelineExecutionDisplayName=f"commit-{commit[:12]}{suffix}",
            ClientRequestToken=f"{commit}{suffix}",
            PipelineParameters=parameters,
        )
    return str(started["PipelineExecutionArn"])


def _parameters(month: str, settings: Mapping[str, str]) -> tuple[list[dict[str, str]], str]:
    """What the pipeline is told, and what tells this run from another of the same commit."""
    parameters, suffix = [{"Name": MONTH_PARAMETER, "Value": month}], f"-{month}"
    if settings:
        text = json.dumps(dict(sorted(settings.items())))
        hyperparameters_from({OVERRIDES: text})  # a job that refuses it would do so after minutes
        parameters.append({"Name": HYPERPARAMETERS_PARAMETER, "Value": text})
        suffix += f"-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return parameters, suffix


def settings_from(pairs: Sequence[str]) -> Mapping[str, str]:
    """``NAME=VALUE`` pairs, as a command line gives them.

    Raises:
        AccountError: one has another form.
    """
    settings = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not (name and separator and value):
            raise AccountError(f"{pair!r} is no setting: give it in the form epochs=2.")
        settings[name] = value
    return settings


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


def arguments(program: str, description: str) -> argparse.ArgumentParser:
    """What names a run: the environment, commit, month and settings."""
    parser = argparse.ArgumentParser(prog=f"python -m local.infra.{program}", description=description)
    parser.add_argument("--env", required=True, help="dev or prod")
    parser.add_argument("--commit", help="full hash (the one that is checked out)")
    parser.add_argument("--month", metavar="YYYY-MM", help="newest export to train on (as configured)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a hyperparameter; repeatable")
    return parser


def main() -> None:
    """Start, and say what was started."""
    options = arguments("start_pipeline", __doc__).parse_args()
    config = load_environment(options.env)
    commit = options.commit or current_commit()
    account = account_at_hand(config)
    month = month_to_train_on(config, options.month, now=datetime.now(UTC))
    settings = settings_from(options.set)
    execution = start(account, config, commit=commit, month=month, settings=settings)
    print(f"Training for commit {commit[:12]} on exports up to {month}: {execution}")


if __name__ == "__main__":
    sys.exit(run(main))
