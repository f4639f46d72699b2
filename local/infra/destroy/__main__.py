"""python -m local.infra.destroy: take one environment down and leave nothing behind that costs money.

The data stack stays unless --data is given. Run it again after a failure: it goes on where it stopped.
"""

import argparse
import sys
from pathlib import Path

from config.load import load_environment
from local.command_line import run
from local.infra.account import Account, open_account
from local.infra.assembly import DEFAULT_FOLDER, read_assembly
from local.infra.cost.prices import DEFAULT_FILE, load_prices
from local.infra.destroy.inventory import Inventory
from local.infra.destroy.perform import perform
from local.infra.destroy.plan import Action, Phase, Plan, plan
from local.infra.destroy.take_inventory import take_inventory
from local.infra.errors import AccountError


def main() -> None:
    """Plan, ask, delete, and say what stays."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.destroy", description=__doc__)
    parser.add_argument("--env", required=True, help="dev or prod")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="synthesized templates (%(default)s)")
    parser.add_argument("--data", action="store_true", help="delete customer data too: buckets, ledger, keys")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args()
    config = load_environment(options.env)
    declared = read_assembly(options.assembly).environment(config.name)
    account = open_account(config)
    key_usd = load_prices(DEFAULT_FILE).price("kms-key").usd

    def planned(inventory: Inventory) -> Plan:
        return plan(inventory, declared, with_data=options.data, key_usd=key_usd)

    first = take_inventory(account)
    whole = planned(first)
    _announce(account, first, whole)
    if not options.yes and whole.actions:
        _confirm(options.env, with_data=options.data)
    deleted = []
    for phase in Phase:
        # Only what stacks leave behind has to be looked for again: they made, and may still be making, some of it.
        again = phase is Phase.LEFT_BEHIND
        current = planned(take_inventory(account, known=first)) if again else whole
        for action in current.of(phase):
            outcome = perform(account, action, assembly=options.assembly)
            deleted.append(action)
            print(f"{action} ... {outcome}", flush=True)
    _conclude(deleted, whole)


def _announce(account: Account, inventory: Inventory, whole: Plan) -> None:
    print(f"{account.environment}, account {account.number}:")
    for action in whole.actions:
        print(f"  will {action}")
    if not whole.actions:
        print("  nothing to delete")
    for what in inventory.unknown:
        print(f"  the emulated account knows no {what}")


def _confirm(environment: str, *, with_data: bool) -> None:
    wanted = f"{environment} and its data" if with_data else environment
    print(f"Type {wanted!r} to delete this: ", end="", flush=True)
    if sys.stdin.readline().strip() != wanted:
        raise AccountError("Nothing was deleted, since the answer was another.")


def _conclude(deleted: list[Action], whole: Plan) -> None:
    print(f"Done: {len(deleted)} steps.")
    for kept in whole.kept:
        print(f"Kept: {kept}.")
    if not whole.kept:
        print("Nothing was kept.")


if __name__ == "__main__":
    sys.exit(run(main))
