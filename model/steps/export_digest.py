"""What was validated is what is trained on: the month's export, held against the digest that the run was told."""

from model.dataset.errors import DatasetError
from model.dataset.fingerprint import file_sha256
from model.steps.months import MonthlyExports

UNCHECKED = "unchecked"
"""The digest of a run whose export nobody has validated beforehand."""

_VALIDATED = "export.jsonl"


def check_digest(exports: MonthlyExports, digest: str) -> None:
    """Hold the newest month's export against ``digest``: its SHA-256, hexadecimal, or ``unchecked``.

    Raises:
        DatasetError: it is another file, or there are others beside it.
    """
    if digest == UNCHECKED:
        return
    newest = [file for file in exports.files if file.parent == exports.newest_folder]
    if [file.name for file in newest] != [_VALIDATED]:
        raise DatasetError(
            f"The export of {exports.newest} was validated as {_VALIDATED} alone, and is more than that."
        )
    if file_sha256(newest[0]) != digest.lower():
        raise DatasetError(
            f"The export of {exports.newest} is another than the one that was validated: its SHA-256 is not {digest}."
        )
