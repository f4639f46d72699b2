"""python -m local.infra.cost: what an environment costs a month, from its synthesized templates."""

import argparse
import sys
from pathlib import Path

from local.command_line import run
from local.infra.assembly import DEFAULT_FOLDER, read_assembly
from local.infra.cost.estimate import estimate
from local.infra.cost.prices import DEFAULT_FILE, load_prices
from local.infra.cost.report import report


def main() -> None:
    """Print the estimate."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.cost", description=__doc__)
    parser.add_argument("--env", required=True, help="dev or prod")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="synthesized templates (%(default)s)")
    parser.add_argument("--prices", type=Path, default=DEFAULT_FILE, help="price table (%(default)s)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=NUMBER", help="change an assumption")
    options = parser.parse_args()
    table = load_prices(options.prices).with_assumptions(options.set)
    stacks = read_assembly(options.assembly).environment(options.env)
    print(report(options.env, estimate(stacks, table), table))


if __name__ == "__main__":
    sys.exit(run(main))
