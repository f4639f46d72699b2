"""python -m local.down: end what ``python -m local.up`` started."""

import argparse
import sys
from pathlib import Path

from local.command_line import run
from local.processes import stop
from local.up import RUN_DIR


def main() -> None:
    """End it, and say so."""
    parser = argparse.ArgumentParser(prog="python -m local.down", description=__doc__)
    parser.add_argument("--run-dir", type=Path, default=RUN_DIR)
    ended = stop(parser.parse_args().run_dir)
    print("Mailroom is down." if ended else "Nothing was running.")


if __name__ == "__main__":
    sys.exit(run(main))
