"""python -m local.infra.diagram: draw the stacks of one environment, and say how the others differ from it."""

import argparse
import sys
from pathlib import Path

from local.command_line import run
from local.infra.assembly import DEFAULT_FOLDER, read_assembly
from local.infra.diagram.box import boxes
from local.infra.diagram.differences import differences
from local.infra.diagram.layout import layout
from local.infra.diagram.svg import MARGIN, TOP, draw
from local.infra.diagram.tree import construct_names
from model.files import write_atomically

DEFAULT_OUT = Path("docs/pictures/stacks.svg")


def picture(assembly_folder: Path, environment: str) -> tuple[str, tuple[str, ...]]:
    """The SVG of one environment, and the lines in which the others differ from it.

    Raises:
        AssemblyError: there is no such environment or no assembly.
    """
    assembly = read_assembly(assembly_folder)
    stacks = assembly.environment(environment)
    found = boxes(stacks, construct_names(assembly_folder))
    others = [name for name in assembly.environments if name != environment]
    lines = tuple(line for other in others for line in differences(stacks, assembly.environment(other)))
    svg = draw(
        layout(found, left=MARGIN, top=TOP),
        title=f"Mailroom: the stacks of one account ({environment})",
        account=f"THE ACCOUNT OF {environment.upper()}, {stacks[0].region.upper()}",
        notes=[
            "An arrow that others imply is left out; each box names all the stacks that it uses.",
            *(f"{other} is the same in other sizes: `make diagram` prints the differences." for other in others),
        ],
    )
    return svg, lines


def main() -> None:
    """Draw, and print the differences."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.diagram", description=__doc__)
    parser.add_argument("--env", default="prod", help="the environment to draw (%(default)s)")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="synthesized templates (%(default)s)")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="the SVG file (%(default)s)")
    options = parser.parse_args()
    svg, lines = picture(options.assembly, options.env)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(options.out, svg)
    print(f"{options.out}: {options.env}, which differs from the other in {len(lines)} settings")
    for line in lines:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(run(main))
