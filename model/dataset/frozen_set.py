"""The frozen test set: the mails that champion and challenger are measured on, the same ones from month to month.

A set is named after the taxonomy's version and the month of the newest export that it holds (``2026.1/2026-01``). Its
mails are chosen by their ids, or marked for testing by the export. What is chosen the same way in later months is
reserved: never trained on, for the next set needs it unseen.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from model.dataset.errors import DatasetError

SHARE = 0.2
"""The share of all mails that is for testing. Changing it mixes up what earlier models were and were not trained on."""
RENEWED_AFTER_MONTHS = 12

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, kw_only=True)
class FrozenSet:
    """``month``: ``YYYY-MM``, the newest export that the set holds mails of."""

    taxonomy_version: str
    month: str

    def __str__(self) -> str:
        return f"{self.taxonomy_version}/{self.month}"

    def holds(self, month: str) -> bool:
        """Whether mails of that month's export may belong to the set."""
        return month <= self.month


@dataclass(frozen=True, kw_only=True)
class ChosenSet:
    """The set of a run, and in a sentence why it is this one."""

    frozen_set: FrozenSet
    reason: str


def frozen_set_named(name: str) -> FrozenSet:
    """The set of that name; raises DatasetError if it is not of the form ``2026.1/2026-01``."""
    version, _, month = name.rpartition("/")
    if not version or not is_month(month):
        raise DatasetError(f"A frozen test set is named like 2026.1/2026-01, not {name!r}.")
    return FrozenSet(taxonomy_version=version, month=month)


def is_month(text: str) -> bool:
    """Whether the text is a month as exports are named: ``YYYY-MM``."""
    return _MONTH.fullmatch(text) is not None


def is_for_testing(mail_id: str) -> bool:
    """Whether a mail tests every model and trains none: about a fifth of all mails, by the id alone.

    A month's new mails change nothing for the old ones, so that a model and its predecessor can be compared on mails
    that neither was trained on.
    """
    return int.from_bytes(hashlib.sha256(mail_id.encode()).digest()[:8]) < SHARE * 2**64


def set_of_run(*, taxonomy_version: str, months: Sequence[str], champions: str | None) -> ChosenSet:
    """The champion's set while it fits, or a new one of the run's own month.

    ``months`` are those of the run's exports, the newest last; ``champions`` is the name of the set that the champion
    was measured on, None if there is no champion or it names none.
    """
    month = months[-1]
    own = FrozenSet(taxonomy_version=taxonomy_version, month=month)
    if champions is None:
        return ChosenSet(frozen_set=own, reason="New: no champion names a set.")
    former = frozen_set_named(champions)
    if former.taxonomy_version != taxonomy_version:
        why = f"the taxonomy is of version {taxonomy_version} now"
    elif former.month not in months:
        why = f"this run has no export of {former.month}"
    elif _months(month) - _months(former.month) >= RENEWED_AFTER_MONTHS:
        why = f"that one is {_months(month) - _months(former.month)} months old"
    else:
        return ChosenSet(frozen_set=former, reason="The champion's.")
    return ChosenSet(frozen_set=own, reason=f"New: the champion's is {former}, and {why}.")


def _months(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number)
