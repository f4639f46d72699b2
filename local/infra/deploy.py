"""python -m local.infra.deploy: an environment into its account, from the synthesized templates, and its DAGs beside
them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra import approved_model, cdk_cli, upload_dags
from local.infra.account import Account, is_emulated, open_account
from local.infra.assembly import DEFAULT_FOLDER, read_assembly, with_needs
from local.infra.diff.fingerprint import check_confirmed
from local.infra.errors import AccountError, CdkError
from local.infra.stacks_at_rest import wait_until_at_rest

# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html and AWS's style for examples.
_EXAMPLES = frozenset({"111122223333", "444455556666", "123456789012"})
_PARAMETERS_STACK = "training"
"""The stack with the parameter of the approved model."""


def main() -> None:
    """Check the account, deploy all stacks, upload the DAGs."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.deploy", description=__doc__)
    parser.add_argument("--env", required=True, help="dev or prod")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="synthesized templates (%(default)s)")
    parser.add_argument("--yes", action="store_true", help="do not ask before permissions are widened")
    parser.add_argument("--confirmed", metavar="FINGERPRINT", help="deploy that change alone (make changes wrote it)")
    options = parser.parse_args()
    config = load_environment(options.env)
    account = checked_account(config)
    if options.confirmed:
        check_confirmed(options.confirmed, account, read_assembly(options.assembly).environment(config.name))
    deploy(account, config, assembly=options.assembly, ask=not options.yes)
    uploaded = upload_dags.upload_to(account, config.named("orchestration"), upload_dags.dag_files())
    print(f"DAGs: {uploaded}." if uploaded else "DAGs: none, this environment has no Airflow.")


def checked_account(config: EnvironmentConfig) -> Account:
    """The environment's account; raises AccountError, also for an example number that nobody has replaced."""
    if config.account in _EXAMPLES and not _emulated():
        raise AccountError(
            f"The account {config.account} is AWS's documentation example: put your own into config/{config.name}.toml."
        )
    return open_account(config)


def _emulated() -> bool:
    return is_emulated(boto3.Session().client("sts", region_name="eu-central-1").meta.endpoint_url)


def deploy(account: Account, config: EnvironmentConfig, *, assembly: Path, ask: bool) -> None:
    """Deploy all stacks of an environment: those up to the approved model's parameter, then, with the parameter as it
    was, the others; each time once no model is on its way to the endpoint.

    Raises:
        AssemblyError: the assembly is missing or damaged.
        AccountError: a stack is still being changed by somebody else, the account does not say which model is approved,
            or the parameter cannot be put back.
        CdkError: the CDK's command line failed.
    """
    stacks = read_assembly(assembly).environment(config.name)
    names = [stack.stack_name for stack in stacks]
    first = with_needs(stacks, f"{config.name}/{_PARAMETERS_STACK}")
    wait_until_at_rest(account, names)
    before = approved_model.look(account, config)
    try:
        _deploy(account, first, assembly=assembly, ask=ask)
    finally:
        # Also where one of them failed: the parameter may be reset already, and a later deployment by the CDK alone
        # would then delete the endpoint.
        version = approved_model.put_back(account, config, before)
        if version is not None:
            print(f"{config.approved_model_parameter} said none after this deployment: {version} stands there again.")
    # The first half takes minutes, in which a model may have been approved.
    wait_until_at_rest(account, names)
    _deploy(account, [stack.path for stack in stacks if stack.path not in first], assembly=assembly, ask=ask)


def _deploy(account: Account, paths: Sequence[str], *, assembly: Path, ask: bool) -> None:
    if not paths:
        return
    arguments = ["deploy", *paths, "--exclusively", "--app", str(assembly)]
    arguments += ["--require-approval", "broadening" if ask else "never", "--concurrency", "4"]
    if account.emulated:
        # The emulator's change sets read no SSM parameters.
        arguments += ["--method=direct"]
    if cdk_cli.follow(arguments):
        raise CdkError(f"The deployment of {account.environment} failed; the lines above say why.")


if __name__ == "__main__":
    sys.exit(run(main))
