"""`make changes`: what a deployment would change, in files, for a build to archive and a person to read."""

from collections.abc import Sequence
from pathlib import Path

from model.files import write_atomically

WHOLE = "diff.txt"
SUMMARY = "summary.txt"
FINGERPRINT = "fingerprint.txt"
MOST_LINES = 60
"""Of a summary: a person is asked with it, and it travels in a variable."""


def write_report(folder: Path, *, outputs: Sequence[str], summary: str, fingerprint: str | None) -> None:
    """Write the differences whole, their summary, and what a deployment can be held to, where there is that."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / WHOLE, "\n".join([*(output for output in outputs if output), summary]) + "\n")
    write_atomically(folder / SUMMARY, shortened(summary) + "\n")
    (folder / FINGERPRINT).unlink(missing_ok=True)
    if fingerprint is not None:
        write_atomically(folder / FINGERPRINT, fingerprint)


def shortened(summary: str) -> str:
    """The first lines of a long summary, and how many more there are."""
    lines = summary.splitlines()
    if len(lines) <= MOST_LINES:
        return summary
    return "\n".join([*lines[:MOST_LINES], f"... and {len(lines) - MOST_LINES} lines more in {WHOLE}."])
