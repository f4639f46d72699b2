"""python -m local.infra.diff: what a deployment would change, against the last release or against an account.

Exits 0 without differences, 1 with differences, 2 on an error. With --report a difference is no failure.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.load import load_environment
from local.command_line import run
from local.infra.account import open_account
from local.infra.assembly import DEFAULT_FOLDER, Assembly, read_assembly
from local.infra.diff.comparison import Comparison, compare, gone
from local.infra.diff.deployed import deployed_templates
from local.infra.diff.fingerprint import fingerprint
from local.infra.diff.report import write_report
from local.infra.diff.summary import summary
from local.infra.saved_templates import DEFAULT_FOLDER as SAVED
from local.infra.saved_templates import load_templates, saved_version


def main() -> int:
    """Compare, stack by stack; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.diff", description=__doc__)
    parser.add_argument("--env", help="dev or prod (both)")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="synthesized templates (%(default)s)")
    parser.add_argument("--saved", type=Path, default=SAVED, help="the last release's templates (%(default)s)")
    parser.add_argument("--against-account", action="store_true", help="compare with what --env's account holds")
    parser.add_argument("--report", type=Path, metavar="FOLDER", help="write it there, too (report.py)")
    options = parser.parse_args()
    if options.against_account and not options.env:
        parser.error("--against-account needs --env: credentials are of one account")

    comparisons: list[Comparison] = []

    def command() -> None:
        assembly = read_assembly(options.assembly)
        if options.env:
            assembly.environment(options.env)
        held = None
        for environment in (options.env,) if options.env else assembly.environments:
            former = _former(environment, options.saved, against_account=options.against_account)
            if options.against_account:
                held = fingerprint(former, assembly.environment(environment))
            for comparison in _compared(assembly, environment, former, against_account=options.against_account):
                comparisons.append(comparison)
                if comparison.output:
                    print(comparison.output, flush=True)
        against = f"the account of {options.env}" if options.against_account else f"v{saved_version(options.saved)}"
        text = f"Compared with {against}:\n{summary(comparisons)}"
        print(text)
        if options.report:
            outputs = [comparison.output for comparison in comparisons]
            write_report(options.report, outputs=outputs, summary=text, fingerprint=held)

    status = run(command)
    return status or int(not options.report and any(comparison.differs for comparison in comparisons))


def _former(environment: str, saved: Path, *, against_account: bool) -> Mapping[str, Mapping[str, Any]]:
    if against_account:
        return deployed_templates(open_account(load_environment(environment)))
    return load_templates(saved, environment)


def _compared(
    assembly: Assembly, environment: str, former: Mapping[str, Mapping[str, Any]], *, against_account: bool
) -> Iterator[Comparison]:
    stacks = assembly.environment(environment)
    for stack in stacks:
        yield compare(stack, former.get(stack.name), assembly=assembly.folder, against_account=against_account)
    for name in sorted(former.keys() - {stack.name for stack in stacks}):
        yield gone(f"{environment}/{name}", former[name])


if __name__ == "__main__":
    sys.exit(main())
