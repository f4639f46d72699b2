"""``python -m local.sample --out build/sample --seed 7 --mails 2200``: the synthetic CRM exports."""

import argparse
import sys
from pathlib import Path

from local.sample.summary import summary_table
from local.sample.write import make_sample
from mailroom.errors import MailroomError


def main(arguments: list[str] | None = None) -> int:
    """Make the sample and print its figures; 2 if it cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m local.sample", description="Make the synthetic CRM exports.")
    parser.add_argument("--out", type=Path, default=Path("build/sample"), help="folder to write")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same files")
    parser.add_argument("--mails", type=int, default=2200, help="mails a month")
    options = parser.parse_args(arguments)
    try:
        sample = make_sample(options.out, seed=options.seed, mails=options.mails, progress=True)
    except MailroomError as error:
        print(error, file=sys.stderr)
        return 2
    state = "unchanged, reused" if sample.reused else "made"
    print(f"Synthetic sample in {sample.folder} ({state}; seed {options.seed}).\n{summary_table(sample)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
