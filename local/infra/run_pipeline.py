"""python -m local.infra.run_pipeline --env dev: start the training pipeline, wait for its end, say what it registered.

Each change of a step is a line. Started again for the same commit, month and settings, it goes on watching the same
execution; one of them that failed or was stopped is taken up again from the step at which that happened. What it
registered stands in a file, for what comes next in a build.
"""

import hashlib
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra import start_pipeline
from local.infra.account import Account, in_one_sentence
from local.infra.at_hand import account_at_hand
from local.infra.errors import AccountError
from local.pipelines.follow import EndState, follow

_LOOK_SECONDS = 15.0
"""Steps take minutes there, and SageMaker limits how often it is asked."""
_LOOK_SECONDS_EMULATED = 0.5
_APPROVED = "Approved"


def watch(account: Account, execution: str, *, say: Callable[[str], None] = print) -> str:
    """Wait for the end of an execution, with a line for each change of a step; the ARN of what it registered.

    Raises:
        AccountError: it failed or was stopped, and why; or it cannot be watched, which does not end it.
    """
    seconds = _LOOK_SECONDS_EMULATED if account.emulated else _LOOK_SECONDS
    with in_one_sentence(f"The execution {execution} can no longer be watched; run the same command again"):
        end = follow(account, execution, say=say, look_seconds=seconds)
    if not end.is_success:
        raise AccountError(_failure(execution, end))
    if end.model_package is None:
        raise AccountError(f"The execution {execution} succeeded, but registered nothing: look at its steps.")
    return end.model_package


def take_up(account: Account, execution: str) -> bool:
    """Have an execution that failed or was stopped go on from there; returns whether it had to.

    Raises:
        AccountError: SageMaker refuses.
    """
    sagemaker = account.client("sagemaker")
    with in_one_sentence(f"The execution {execution} cannot be taken up again"):
        found = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution)
        if found["PipelineExecutionStatus"] not in ("Failed", "Stopped"):
            return False
        # Which end is taken up is part of the token: a second request for the same one is known again.
        end = f"{execution} {found['LastModifiedTime'].isoformat()}"
        sagemaker.retry_pipeline_execution(
            PipelineExecutionArn=execution, ClientRequestToken=hashlib.sha256(end.encode()).hexdigest()
        )
    return True


def registered(account: Account, config: EnvironmentConfig, package: str) -> str:
    """What a person should know of a version that a run has registered, and what follows.

    Raises:
        AccountError: the registry does not say.
    """
    with in_one_sentence(f"The version {package} cannot be looked at"):
        found = account.client("sagemaker").describe_model_package(ModelPackageName=package)
    version = found.get("CustomerMetadataProperties", {}).get("model_version", "unknown")
    lines = [f"Registered: {package}", f"model_version: {version}"]
    number = package.rpartition("/")[2]
    if found.get("ModelApprovalStatus") == _APPROVED:
        lines.append(f"It is approved, and goes to the endpoint: make smoke-test ENV={config.name} MODEL={package}")
    else:
        lines.append(
            f"It waits for a person: `make models ENV={config.name}` shows it beside the one that is live; who may "
            f"(role {config.named('approver')}) then approves it in Studio or by "
            f"`make approve ENV={config.name} MODEL={number}`."
        )
    return "\n".join(lines)


def _failure(execution: str, end: EndState) -> str:
    what = {"Stopped": "was stopped"}.get(end.status, "failed")
    reasons = _reasons(end.reasons) or end.reason or "its steps say nothing"
    return f"The execution {execution} {what}: {reasons}"


def _reasons(reasons: Mapping[str, Any]) -> str:
    return "; ".join(f"{step}: {' '.join(str(reason).split())}" for step, reason in reasons.items())


def main() -> None:
    """Start, wait, and say what was registered."""
    parser = start_pipeline.arguments("run_pipeline", __doc__)
    parser.add_argument("--registered", type=Path, metavar="FILE", help="where the registered version's ARN is written")
    options = parser.parse_args()
    config = load_environment(options.env)
    if options.registered is not None:
        # What an earlier run has registered must not pass for this one's.
        options.registered.unlink(missing_ok=True)
    month = start_pipeline.month_to_train_on(config, options.month, now=datetime.now(UTC))
    settings = start_pipeline.settings_from(options.set)
    commit = options.commit or start_pipeline.current_commit()
    account = account_at_hand(config)
    execution = start_pipeline.start(account, config, commit=commit, month=month, settings=settings)
    again = ", which had failed or been stopped and goes on from there" if take_up(account, execution) else ""
    data = f"{config.training.data} data up to {month}"
    print(f"Training for commit {commit[:12]} on {data}: {execution}{again}", flush=True)
    package = watch(account, execution, say=lambda line: print(line, flush=True))
    if options.registered is not None:
        options.registered.parent.mkdir(parents=True, exist_ok=True)
        options.registered.write_text(f"{package}\n", encoding="ascii")
    print(registered(account, config, package))


if __name__ == "__main__":
    sys.exit(run(main))
