"""python -m local.infra.smoke_test --env dev: wait until the deployed endpoint answers with a version's model.

It asks the endpoint itself, with one mail that nobody wrote, and holds the answer to the contract.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra.account import Account, in_one_sentence
from local.infra.at_hand import account_at_hand
from local.infra.endpoint_state import EndpointState, endpoint_state
from local.infra.errors import AccountError
from mailroom.errors import ContractError
from mailroom.message import Email
from mailroom.prediction import ItemError, Prediction
from mailroom.wire.endpoint import CONTENT_TYPE, batch_to_json, results_from_json
from mailroom.wire.request import Options
from mailroom.wire.response import Result, Versions

MAIL = Email(
    id="smoke-test",
    subject="Neue Anschrift",
    body="Guten Tag, ich bin umgezogen. Bitte ändern Sie meine Anschrift auf Lindenweg 12, 50668 Köln. Vielen Dank.",
)
"""Made up."""
MINUTES = 60
"""Longer than a new fleet, a canary and its bake take together."""
_LOOK_SECONDS = 15.0
_LOOK_SECONDS_EMULATED = 0.5
_METADATA = "CustomerMetadataProperties"
_APPROVED = "Approved"


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of the registry, and how the model in it calls itself."""

    arn: str
    model_version: str


def newest_approved(account: Account, group: str) -> str:
    """The ARN of the newest approved version.

    Raises:
        AccountError: there is none.
    """
    with in_one_sentence(f"The registry {group} cannot be read"):
        pages = (
            account.client("sagemaker")
            .get_paginator("list_model_packages")
            .paginate(ModelPackageGroupName=group, ModelPackageType="Versioned", ModelApprovalStatus=_APPROVED)
        )
        summaries = [summary for page in pages for summary in page["ModelPackageSummaryList"]]
    if not summaries:
        raise AccountError(f"No version of {group} is approved: run the pipeline, or approve one.")
    return str(max(summaries, key=lambda summary: int(summary["ModelPackageVersion"]))["ModelPackageArn"])


def version(account: Account, arn: str) -> Version:
    """An approved version by its ARN.

    Raises:
        AccountError: there is no such version, nobody has approved it, or it does not say which model it is.
    """
    with in_one_sentence(f"The version {arn} cannot be looked at"):
        package = account.client("sagemaker").describe_model_package(ModelPackageName=arn)
    if package.get("ModelApprovalStatus") != _APPROVED:
        raise AccountError(
            f"The version {arn} is {package.get('ModelApprovalStatus')}: only what is approved reaches the endpoint."
        )
    name = package.get(_METADATA, {}).get("model_version")
    if not name:
        raise AccountError(f"The version {arn} does not say its model_version: register it by the pipeline.")
    return Version(arn=arn, model_version=name)


def ask(runtime: Any, endpoint_name: str) -> tuple[Versions, Result]:
    """Have the endpoint classify MAIL.

    Raises:
        ContractError: its answer has not the agreed form.
        ClientError, BotoCoreError: it does not answer.
    """
    answer = runtime.invoke_endpoint(
        EndpointName=endpoint_name, ContentType=CONTENT_TYPE, Accept=CONTENT_TYPE, Body=batch_to_json([MAIL], Options())
    )
    versions, (result,) = results_from_json(answer["Body"].read(), [MAIL.id])
    return versions, result


def wait(account: Account, config: EnvironmentConfig, wanted: Version, *, minutes: float = MINUTES) -> Prediction:
    """Wait until the endpoint stands with the version ``wanted`` and answers with its model.

    An answer alone is none: while the traffic shifts, the new model may answer and yet be turned back.

    Raises:
        AccountError: it was rolled back, or the time has passed; what stands there instead.
        ContractError: that model answers, but not as agreed.
    """
    runtime = account.client("sagemaker-runtime")
    until = time.monotonic() + minutes * 60
    updated = False
    while True:
        state = endpoint_state(account, config)
        updated = updated or state.in_progress
        settled = state.is_settled_on(wanted.arn)
        answered = _look(runtime, config.own_name, wanted, settled=settled)
        if isinstance(answered, Prediction):
            if settled:
                return answered
            answered = f"it answers with {wanted.model_version}, but its deployment has not ended"
        if updated and state.rolled_back:
            raise AccountError(_sentence(config, wanted, "was rolled back", state, answered))
        if time.monotonic() >= until:
            raise AccountError(_sentence(config, wanted, f"is not live after {minutes:g} minutes", state, answered))
        time.sleep(_LOOK_SECONDS_EMULATED if account.emulated else _LOOK_SECONDS)


def _look(runtime: Any, endpoint_name: str, wanted: Version, *, settled: bool) -> Prediction | str:
    """The wanted model's answer, or what the endpoint does instead; ``settled``: whether only that model can answer."""
    try:
        versions, result = ask(runtime, endpoint_name)
    except ClientError as error:
        return f"it does not answer ({error.response['Error']['Code']})"
    except BotoCoreError as error:
        return f"it does not answer ({type(error).__name__})"
    except ContractError as error:
        if settled:
            raise
        # A former model may answer as it likes.
        return f"its answer is not as agreed ({str(error).rstrip('.')})"
    if versions.model != wanted.model_version:
        return f"it answers with {versions.model}"
    if isinstance(result, ItemError):
        raise ContractError(f"The model {versions.model} answers a sound mail with {result.code}.")
    if result.email_id != MAIL.id:
        raise ContractError(f"The model {versions.model} answers for another mail than it was sent.")
    return result


def _sentence(config: EnvironmentConfig, wanted: Version, what: str, state: EndpointState, answers: str) -> str:
    return f"The model {wanted.model_version} {what} on the endpoint {config.own_name}: {answers}; {state}."


def told(versions_of: Version, prediction: Prediction) -> str:
    """The answer, for a build's log."""
    labels = ", ".join(f"{task} {label.label} ({label.confidence:.2f})" for task, label in prediction.labels.items())
    return (
        f"The endpoint answers with {versions_of.model_version} (taxonomy {prediction.taxonomy_version}): "
        f"{labels}; {prediction.decision}."
    )


def main() -> None:
    """Wait, and print the answer."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.smoke_test", description=__doc__)
    parser.add_argument("--env", required=True, help="dev or prod")
    parser.add_argument("--model", help="ARN of the version that has to answer (the newest approved)")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long to wait (%(default)s)")
    options = parser.parse_args()
    config = load_environment(options.env)
    account = account_at_hand(config)
    wanted = version(account, options.model or newest_approved(account, config.own_name))
    print(f"Waiting for {wanted.model_version} ({wanted.arn}) on the endpoint {config.own_name}.", flush=True)
    print(told(wanted, wait(account, config, wanted, minutes=options.minutes)))


if __name__ == "__main__":
    sys.exit(run(main))
