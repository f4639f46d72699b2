"""python -m local.infra.save_templates: keep the synthesized templates, for a later release to be compared with."""

import argparse
import sys
import tomllib
from pathlib import Path

from local.command_line import run
from local.infra.assembly import DEFAULT_FOLDER, read_assembly
from local.infra.saved_templates import DEFAULT_FOLDER as SAVED
from local.infra.saved_templates import save_templates

PROJECT = Path("pyproject.toml")


def main() -> None:
    """Save them, and say so."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.save_templates", description=__doc__)
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="synthesized templates (%(default)s)")
    parser.add_argument("--out", type=Path, default=SAVED, help="where they are kept (%(default)s)")
    parser.add_argument("--version", help="what they are the templates of (the project's version)")
    options = parser.parse_args()
    version = options.version or tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"]
    stacks = read_assembly(options.assembly).stacks
    save_templates(stacks, options.out, version=version)
    print(f"{len(stacks)} templates of version {version} saved in {options.out}.")


if __name__ == "__main__":
    sys.exit(run(main))
