"""Synthesizing and deploying the tiny app (tiny_app.py) as a person would: as commands."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local.accounts import accounts_file
from local.accounts.credentials import Credentials
from tests.support.node import node_environment

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Deployed:
    """The emulator's state file, the assembly, and what the first deployment printed."""

    state: Path
    assembly: Path
    printed: str

    def account(self, environment: str) -> Credentials:
        return accounts_file.credentials(self.state, environment)


def run(module: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def deploy(assembly: Path, state: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run("local.accounts.deploy", "--assembly", str(assembly), "--state", str(state), *more)


def synthesize(folder: Path, *arguments: str) -> Path:
    done = run("tests.local.accounts.tiny_app", str(folder), *arguments, CDK_VALIDATION="false", **node_environment())
    assert done.returncode == 0, done.stderr
    return folder


def synthesize_mailroom(folder: Path) -> Path:
    """The product's own app, as `make synth` runs it but without its validation, which is slow."""
    done = run("app", CDK_OUTDIR=str(folder), CDK_VALIDATION="false", **node_environment())
    assert done.returncode == 0, done.stderr
    return folder
