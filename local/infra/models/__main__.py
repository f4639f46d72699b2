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
from local.infra.models.approval import Scene, approve, reject
from local.infra.models.measured import Measured, comparison, evaluation
from local.infra.models.outlook import outlook
from local.infra.models.repacking import repacked
from local.infra.models.standing import standing
from local.infra.models.state import LEGEND, state, why
from local.infra.models.table import INHERITED, versions_table
from local.infra.models.versions import Version, approved_versions, chosen, versions

_LISTED = 15


def main() -> None:
    """Do what the command says."""
    options = _parser().parse_args()
    config = load_environment(options.env)
    account = account_at_hand(config)
    if options.command == "list":
        _list(account, config)
        return
    version = chosen(account, config, options.model)
    if options.command == "repack":
        arn, name = repacked(account, config, version)
        print(f"{name} is registered as version {arn.rpartition('/')[2]}, and waits for a person: make approve")
        return
    scene = Scene(
        account=account,
        standing=standing(account, config),
        approved=approved_versions(account, config),
        reason=options.reason,
    )
    if options.command == "approve":
        print(approve(scene, version))
    else:
        print(reject(scene, version, take_down=options.take_down))


def _list(account: Account, config: EnvironmentConfig) -> None:
    found = versions(account, config)[:_LISTED]
    if not found:
        print(f"The registry {config.own_name} holds no version yet: train one with `make run-pipeline`.")
        return
    now = standing(account, config)
    wanted = outlook(approved_versions(account, config), now).wanted
    measured = {one.arn: Measured(evaluation(account, one), comparison(account, one)) for one in found}
    states = {one.arn: state(one, now, wanted=wanted) for one in found}
    print(versions_table(found, measured, live=now.live, states=states, tasks=config.training.tasks))
    for one in found:
        reason = why(one, now, states[one.arn])
        if reason is not None:
            print(f"Version {one.number}, {states[one.arn]}: {reason}")
    print(f"{LEGEND}.")
    print(
        "Scores: macro-F1 on the frozen test set; in parentheses the score of the version that it was measured "
        "beside, and the difference, over the labels that both know."
    )
    _notes(found)


def _notes(found: list[Version]) -> None:
    if any("repacked_from" in one.facts for one in found):
        print(f"{INHERITED} measured with the former code: the version is another one's weights, repacked.")
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
        if name == "reject":
            command.add_argument("--take-down", action="store_true", help="even if the endpoint goes with it")
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
