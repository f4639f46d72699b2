"""python -m local.infra.jenkinsfile FILE ...: what Jenkins would refuse, a line each; exits 1 if there is any.

It needs requirements/lint.txt, and neither a network nor Java.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from local.infra.jenkinsfile.declarative import check
from local.infra.jenkinsfile.errors import Finding
from local.infra.jenkinsfile.groovy import parse


def findings(source: str) -> tuple[Finding, ...]:
    """What is wrong with a Jenkinsfile; its structure is looked at only if it is Groovy."""
    statements, problems = parse(source)
    return problems or check(statements)


def main() -> int:
    """Check the files; 0, 1 if one has a finding, or 2 if one cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.jenkinsfile", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    return _report(parser.parse_args().files)


def _report(files: Sequence[Path]) -> int:
    status = 0
    for file in files:
        try:
            source = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            print(f"{file} cannot be read: {error}.", file=sys.stderr)
            return 2
        for finding in findings(source):
            print(f"{file}:{finding.line}: {finding.problem}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
