"""python -m local.infra.models list|approve|reject|repack --env prod [--model 3]: the model registry from a terminal.

A version is named by its number, by the model's own version (m-...) or by its ARN. Works on the account that the
credentials at hand are of, or on the emulated one that runs here.
"""

import argparse
import sys

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.command_line import run
from local.infra.account import Account
from local.infra.at_hand import account_at_hand
from local.infra.models.approval import approve, reject
from local.infra.models.measured import Measured, comparison, evaluation
from local.infra.models.repacking import repacked
from local.infra.models.table import versions_table
from local.infra.models.versions import chosen, live_package, versions

_LISTED = 15


def main() -> None:
    """Do what the command says."""
    options = _parser().parse_args()
    config = load_environment(options.env)
    account = account_at_hand(config)
    if options.command == "list":
        _list(account, config)
        return
    version = chosen(versions(account, config), options.model)
    if options.command == "repack":
        arn, name = repacked(account, config, version)
        print(f"{name} is registered as version {arn.rpartition('/')[2]}, and waits for a person: make approve")
        return
    live = live_package(account, config)
    decide = approve if options.command == "approve" else reject
    print(decide(account, version, reason=options.reason, live=live))


def _list(account: Account, config: EnvironmentConfig) -> None:
    found = versions(account, config)[:_LISTED]
    if not found:
        print(f"The registry {config.own_name} holds no version yet: train one with `make run-pipeline`.")
        return
    live = live_package(account, config)
    measured = {one.arn: Measured(evaluation(account, one), comparison(account, one)) for one in found}
    print(versions_table(found, measured, live=live, tasks=config.training.tasks))
    print(
        "* live. Scores: macro-F1 on the frozen test set; in parentheses the score of the version that it was measured "
        "beside, and the difference, over the labels that both know."
    )
    reports = [one for one in found if "evaluation" in one.facts]
    if reports:
        print(f"Report of version {reports[0].number}: {reports[0].facts['evaluation']}/comparison.html")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.infra.models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, said in (
        ("list", "the versions, beside the live one"),
        ("approve", "let a version go live"),
        ("reject", "refuse a version; a live one is taken back"),
        ("repack", "register the same weights with today's inference code"),
    ):
        command = commands.add_parser(name, help=said)
        command.add_argument("--env", required=True, help="dev or prod")
        if name != "list":
            command.add_argument("--model", required=True, help="number, model version or ARN")
        if name in ("approve", "reject"):
            command.add_argument("--reason", default="Decided at a terminal", help="kept in the registry")
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
