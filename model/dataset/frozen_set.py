"""The frozen test set: the mails that champion and challenger are measured on, the same ones from month to month.

A set is named after the taxonomy's version and the month of the newest export that it holds (``2026.1/2026-01``). Its
mails are chosen group by group (sides.py), or marked for testing by the export. What is chosen the same way in later
months is reserved: never trained on, for the next set needs it unseen. What a run chose is kept beside its dataset
(kept_set.py), so that the next run finds the very same mails.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.dataset.errors import DatasetError

SHARE = 0.2
"""The share of all groups that is for testing. Changing it mixes up what models without a kept set were trained on."""
RENEWED_AFTER_MONTHS = 12

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_NAMED = re.compile(rf"({_MONTH.pattern})(?:-r([2-9]|[1-9][0-9]+))?")


@dataclass(frozen=True, kw_only=True)
class FrozenSet:
    """``month``: ``YYYY-MM``, the newest export that the set holds mails of. ``revision`` counts the sets of one
    month: its exports may change, and another set needs another name (``2026.1/2026-01-r2``)."""

    taxonomy_version: str
    month: str
    revision: int = 1

    def __str__(self) -> str:
        return f"{self.taxonomy_version}/{self.month}{f'-r{self.revision}' if self.revision > 1 else ''}"

    def holds(self, month: str) -> bool:
        """Whether mails of that month's export may belong to the set."""
        return month <= self.month

    def renewed(self, month: str) -> "FrozenSet":
        """The set that takes this one's place in a run whose newest export is of ``month``."""
        return replace(self, month=month, revision=self.revision + 1 if month == self.month else 1)


@dataclass(frozen=True, kw_only=True)
class ChosenSet:
    """The set of a run, and in a sentence why it is this one."""

    frozen_set: FrozenSet
    reason: str


@dataclass(frozen=True, kw_only=True)
class FormerSet:
    """The set that the champion was measured on, as its registration names it. ``problem``: why its mails cannot be
    had, the end of a sentence; None where they are at hand."""

    name: str
    problem: str | None = None


def frozen_set_named(name: str) -> FrozenSet:
    """The set of that name; raises DatasetError if it is not of the form ``2026.1/2026-01``."""
    version, _, rest = name.rpartition("/")
    found = _NAMED.fullmatch(rest)
    if not version or found is None:
        raise DatasetError(f"A frozen test set is named like 2026.1/2026-01, not {name!r}.")
    return FrozenSet(taxonomy_version=version, month=found[1], revision=int(found[2] or 1))


def is_month(text: str) -> bool:
    """Whether the text is a month as exports are named: ``YYYY-MM``."""
    return _MONTH.fullmatch(text) is not None


def months_between(months: Sequence[str]) -> list[str]:
    """The calendar months that are missing between the first and the last of ``months``."""
    there = {_number(month) for month in months}
    return [
        f"{number // 12:04}-{number % 12 + 1:02}" for number in range(min(there), max(there)) if number not in there
    ]


def is_for_testing(key: str) -> bool:
    """Whether a new group of mails is for testing and for no training: about a fifth of all, by its key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) < SHARE * 2**64


def set_of_run(*, taxonomy_version: str, months: Sequence[str], former: FormerSet | None) -> ChosenSet:
    """The champion's set while it fits, or a new one of the run's own month.

    ``months`` are those of the run's exports, the newest last; ``former`` is None if there is no champion or it names
    no set. Whether the exports still hold the set's mails is seen when they are read (freezing.py).
    """
    month = months[-1]
    if former is None:
        own = FrozenSet(taxonomy_version=taxonomy_version, month=month)
        return ChosenSet(frozen_set=own, reason="New: no champion names a set.")
    champions = frozen_set_named(former.name)
    age = _number(month) - _number(champions.month)
    if champions.taxonomy_version != taxonomy_version:
        why = f"the taxonomy is of version {taxonomy_version} now"
    elif age < 0:
        why = f"this run ends with {month}"
    elif age >= RENEWED_AFTER_MONTHS:
        why = f"that one is {age} months old"
    elif former.problem is not None:
        why = former.problem
    else:
        return ChosenSet(frozen_set=champions, reason="The champion's.")
    own = replace(champions, taxonomy_version=taxonomy_version)
    own = own.renewed(month) if own == champions else replace(own, month=month, revision=1)
    return ChosenSet(frozen_set=own, reason=renewal_reason(champions, why))


def renewal_reason(former: FrozenSet, why: str) -> str:
    """Why a run has a new set, in a sentence."""
    return f"New: the champion's is {former}, and {why}."


def _number(month: str) -> int:
    """Months since the year 0."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1
