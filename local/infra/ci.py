"""python -m local.infra.ci --branch develop [-- COMMAND ...]: what Jenkins deploys of a branch, and as whom.

Without a command it prints the branch's environment, role, external id and pipeline. With one it takes on the role and
runs the command; the credentials end within the hour and stand in that command's environment alone, never in a file or
on the screen.

A deployment that takes longer, such as one that brings up an endpoint, loses its credentials on the way. CloudFormation
ends by itself the update that it has begun; repeating the build deploys what is left.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

import boto3

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra.account import in_one_sentence
from local.infra.errors import AccountError

ENVIRONMENTS = {"develop": "dev", "main": "prod"}
"""Branch to the environment that it deploys; no other branch deploys anything."""

# The longest that a role may be taken on from within another role.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
_SECONDS = 3600
_LONGEST_SESSION_NAME = 64


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


def role_arn(config: EnvironmentConfig) -> str:
    """The role that Jenkins takes on to deploy an environment."""
    return f"arn:aws:iam::{config.account}:role/{config.named('jenkins')}"


def session_name(build: str) -> str:
    """``build`` as a role session may be called: this name stands in the trail beside each call."""
    return re.sub(r"[^\w+=,.@-]+", "-", build, flags=re.ASCII)[-_LONGEST_SESSION_NAME:]


def credentials(config: EnvironmentConfig, *, session: str) -> Mapping[str, str]:
    """Environment variables that hold credentials of the environment's role.

    Raises:
        AccountError: the role cannot be taken on.
    """
    client = boto3.Session(region_name=config.region).client("sts")
    with in_one_sentence(f"The role {config.named('jenkins')} cannot be taken on"):
        given = client.assume_role(
            RoleArn=role_arn(config),
            RoleSessionName=session,
            ExternalId=config.ci.external_id,
            DurationSeconds=_SECONDS,
        )["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
        "AWS_REGION": config.region,
        # boto3 reads this one alone.
        "AWS_DEFAULT_REGION": config.region,
    }


def run_with(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run ``command`` with ``variables`` added to this process's environment; its exit status.

    Raises:
        AccountError: there is no such command.
    """
    # A profile would win over the credentials.
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    }
    try:
        return subprocess.run(command, env={**inherited, **variables}, check=False).returncode
    except OSError as error:
        raise AccountError(f"{command[0]} cannot be run: {error.strerror}.") from error


def main() -> int:
    """Print, or take on the role and run the command; the exit status is the command's own."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.ci", description=__doc__)
    parser.add_argument("--branch", required=True, help=" or ".join(ENVIRONMENTS))
    parser.add_argument("--session", default="by-hand", help="what the trail calls this build (%(default)s)")
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="after --: what to run as the role")
    options = parser.parse_args()
    statuses: list[int] = []

    def act() -> None:
        config = environment_of(options.branch)
        if options.command:
            given = credentials(config, session=session_name(options.session))
            statuses.append(run_with(options.command, given))
        else:
            print(f"environment: {config.name}\nrole: {role_arn(config)}")
            print(f"external id: {config.ci.external_id}\npipeline: {config.own_name}")

    return run(act) or sum(statuses)


if __name__ == "__main__":
    sys.exit(main())
