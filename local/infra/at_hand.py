"""The account that a command means: that of the credentials at hand, or, asked for, an emulated one on this machine."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import boto3

from config.environment import EnvironmentConfig
from local.accounts import emulator
from local.background import ROOT
from local.infra.account import Account, emulated_account, open_account
from local.infra.errors import AccountError

RUN_FOLDERS = (Path(".run"), Path("build/demo/run"), Path("build/own/run"))
"""Where `make up` and `make demo` keep the state of the emulated accounts, below the checkout."""
LOCAL = "MAILROOM_LOCAL"
"""The variable that asks for the emulated account; `make` sets it for LOCAL=1."""
_RUNTIME = "sagemaker-runtime"


def account_at_hand(config: EnvironmentConfig, folders: Sequence[Path] | None = None) -> Account:
    """The environment's account by the credentials at hand; with MAILROOM_LOCAL the emulated one, which a line then
    says.

    Which of the two is never guessed: whoever approves a model in another account than the meant one may not notice.
    ``folders``: where the emulated accounts may run, RUN_FOLDERS if it is None.

    Raises:
        AccountError: the credentials are of another account, or there are none, or no emulated accounts run.
        EmulatorError: the emulated accounts do not hold the environment.
    """
    if os.environ.get(LOCAL):
        return _emulated(config, RUN_FOLDERS if folders is None else folders)
    if boto3.Session(region_name=config.region).get_credentials() is None:
        raise AccountError(
            f"There are no AWS credentials at hand: sign in to {config.name}, or add LOCAL=1 for the emulated account "
            "on this machine."
        )
    return open_account(config)


def _emulated(config: EnvironmentConfig, folders: Sequence[Path]) -> Account:
    for folder in folders:
        if emulator.url(ROOT / folder / emulator.DEFAULT_STATE.name) is not None:
            print(f"LOCAL: this is the emulated {config.name} account of {folder}.")
            return served_account(config, ROOT / folder)
    raise AccountError("No emulated accounts run on this machine: start them with `make up`.")


def served_account(config: EnvironmentConfig, run_dir: Path) -> Account:
    """The emulated account of an environment, whose endpoint answers where ``run_dir``'s adapter serves it.

    Raises:
        EmulatorError: the emulated accounts do not run, or do not hold the environment.
    """
    account = emulated_account(config.name, run_dir / emulator.DEFAULT_STATE.name)
    hosting = _hosting_url(run_dir)
    return account if hosting is None else replace(account, urls={_RUNTIME: f"{hosting}/{config.name}"})


def _hosting_url(run_dir: Path) -> str | None:
    # Not where AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME says: that may be of another run folder.
    try:
        url: str = json.loads((run_dir / "hosting.json").read_text(encoding="utf-8"))["url"]
    except (OSError, ValueError, KeyError):
        return None
    return url
