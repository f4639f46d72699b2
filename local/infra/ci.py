"""python -m local.infra.ci [-- COMMAND ...]: what Jenkins deploys of a branch, on which data it trains, and as whom.

Without a command it prints what belongs to the branch. With one it takes on the branch's role and runs the command,
with ENV=dev or ENV=prod in its environment. The role lasts an hour; it is taken on again for as long as the command
runs. Its credentials stand in no file, no log and no variable: the command's AWS SDKs ask for them on the loopback.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra.credentials_server import HIDDEN, serving
from local.infra.errors import AccountError
from local.infra.role_credentials import LastingCredentials, role_arn, take_on

_LONGEST_SESSION_NAME = 64


ENVIRONMENTS = {"develop": "dev", "main": "prod"}
"""Branch to the environment that it deploys; no other branch deploys anything. On which data an environment trains,
config/ENV.toml says: dev on test data alone, prod on production data alone."""


def environment_of(branch: str) -> EnvironmentConfig:
    """What ``branch`` deploys.

    Raises:
        AccountError: it deploys nothing.
        ConfigError: the environment's file is wrong.
    """
    if branch not in ENVIRONMENTS:
        deploying = " and ".join(f"{name} ({environment})" for name, environment in ENVIRONMENTS.items())
        raise AccountError(f"The branch {branch!r} deploys nothing; these do: {deploying}.")
    return load_environment(ENVIRONMENTS[branch])


def session_name(build: str) -> str:
    """``build`` as a role session may be called: this name stands in the trail beside each call."""
    return re.sub(r"[^\w+=,.@-]+", "-", build, flags=re.ASCII)[-_LONGEST_SESSION_NAME:]


def run_as(config: EnvironmentConfig, command: Sequence[str], *, session: str) -> int:
    """Run ``command`` as the environment's role; its exit status.

    Raises:
        AccountError: the role cannot be taken on, or there is no such command.
    """
    credentials = LastingCredentials(lambda: take_on(config, session=session))
    # At once: the command would say less clearly that there are none.
    credentials.current()
    with serving(credentials) as variables:
        return run_with(
            command,
            {
                **variables,
                "AWS_REGION": config.region,
                # boto3 reads this one alone.
                "AWS_DEFAULT_REGION": config.region,
                "ENV": config.name,
            },
        )


def run_with(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run ``command`` with ``variables`` added to this process's environment; its exit status.

    Raises:
        AccountError: there is no such command.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    try:
        return subprocess.run(command, env={**inherited, **variables}, check=False).returncode
    except OSError as error:
        raise AccountError(f"{command[0]} cannot be run: {error.strerror}.") from error


def main() -> int:
    """Print, or take on the role and run the command; the exit status is the command's own."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.ci", description=__doc__)
    parser.add_argument("--branch", help=f"{' or '.join(ENVIRONMENTS)} (BRANCH_NAME, as Jenkins sets it)")
    parser.add_argument("--session", help="what the trail calls this build (BUILD_TAG, as Jenkins sets it)")
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="after --: what to run as the role")
    options = parser.parse_args()
    # Read here and not by a shell, in which a branch's name could be a command.
    branch = options.branch or os.environ.get("BRANCH_NAME", "")
    session = options.session or os.environ.get("BUILD_TAG") or "by-hand"
    statuses: list[int] = []

    def act() -> None:
        config = environment_of(branch)
        if options.command:
            statuses.append(run_as(config, options.command, session=session_name(session)))
        else:
            print(f"environment: {config.name}\ndata: {config.training.data}\nrole: {role_arn(config)}")
            print(f"external id: {config.ci.external_id}\npipeline: {config.own_name}")

    return run(act) or sum(statuses)


if __name__ == "__main__":
    sys.exit(main())
