"""A frozen test set as a run keeps it beside its dataset, for the runs after it.

``frozen_set.json`` says which mails it holds, of which month each is, and what else was decided: which mails were
learned from and which are reserved. The mails themselves are the dataset's test.jsonl.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from model.dataset.errors import DatasetError
from model.dataset.example import Example, example_from_json
from model.dataset.frozen_set import FrozenSet, frozen_set_named

FACTS = "frozen_set.json"
MAILS = "test.jsonl"
SCHEMA = "mailroom.frozen-set/1"


@dataclass(frozen=True, kw_only=True)
class KeptSet:
    """``months``: of which month's export each mail is, by its id. ``learned`` and ``reserved`` are the ids of the
    other mails that the run decided on."""

    frozen_set: FrozenSet
    tasks: tuple[str, ...]
    mails: tuple[Example, ...] = field(repr=False)
    months: Mapping[str, str] = field(repr=False)
    learned: frozenset[str] = field(repr=False)
    reserved: frozenset[str] = field(repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Example]:
        """The mails by their ids."""
        return {mail.id: mail for mail in self.mails}

    @property
    def sha256(self) -> str:
        """Of ids and labels: what is registered with a model."""
        return mails_sha256((mail.id, mail.labels) for mail in self.mails)

    @property
    def fingerprint(self) -> str:
        """Of all that a later run takes from it: 64 hexadecimal digits."""
        kept = (
            [mail.text for mail in self.mails],
            sorted(self.learned),
            sorted(self.reserved),
            sorted(self.months.items()),
        )
        return hashlib.sha256(json.dumps([str(self.frozen_set), self.tasks, self.sha256, *kept]).encode()).hexdigest()


def mails_sha256(mails: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """Equal for the same mails, of id and labels, in whatever order: 64 hexadecimal digits."""
    rows = sorted(json.dumps([mail_id, sorted(labels.items())]) for mail_id, labels in mails)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def kept_set_to_json(kept: KeptSet) -> dict[str, Any]:
    """frozen_set.json: ids, months and numbers, no text of any mail."""
    return {
        "schema": SCHEMA,
        "name": str(kept.frozen_set),
        "sha256": kept.sha256,
        "tasks": list(kept.tasks),
        "mails": dict(sorted(kept.months.items())),
        "learned": sorted(kept.learned),
        "reserved": sorted(kept.reserved),
    }


def load_kept_set(folder: Path) -> KeptSet:
    """Read the set from a prepared dataset's folder; raises DatasetError if it holds none, or a damaged one."""
    try:
        facts, mails = ((folder / name).read_text(encoding="utf-8") for name in (FACTS, MAILS))
    except (OSError, UnicodeDecodeError):
        raise DatasetError(f"The folder {folder} holds no frozen test set.") from None
    return kept_set_from(facts, mails)


def kept_set_from(facts: str, mails: str) -> KeptSet:
    """Read frozen_set.json and test.jsonl.

    Raises:
        DatasetError: they do not have the agreed form, or do not belong together.
    """
    try:
        content = json.loads(facts)
        # Not splitlines: mails may hold other line separators.
        examples = tuple(example_from_json(json.loads(line)) for line in mails.split("\n") if line)
        kept = KeptSet(
            frozen_set=frozen_set_named(content["name"]),
            tasks=tuple(content["tasks"]),
            mails=examples,
            months=dict(content["mails"]),
            learned=frozenset(content["learned"]),
            reserved=frozenset(content["reserved"]),
        )
        whole = content["schema"] == SCHEMA and kept.sha256 == content["sha256"] and set(kept.by_id) == set(kept.months)
    except (ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise DatasetError("The frozen test set that an earlier run kept is damaged.")
    return kept
