"""The building blocks: per topic seven families of hand-written texts, each for one split only."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from local.sample.errors import SampleError

LANGUAGES = ("de", "en")
SLOTS = frozenset(
    {
        "security",
        "fund",
        "isin",
        "quantity",
        "amount",
        "price",
        "percent",
        "date",
        "month",
        "year",
        "time",
        "order_no",
        "depot_no",
        "iban",
        "bank",
        "person",
        "old_name",
        "street",
        "city",
        "phone",
        "device",
    }
)
_KINDS = ("subject", "situation", "request", "detail")
_SLOT = re.compile(r"\{([^{}]*)\}")


class Split(StrEnum):
    """What a family's mails are for; a template never stands in two splits."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """A family's texts in one language: variants of each part of a mail."""

    subject: tuple[str, ...]
    situation: tuple[str, ...]
    request: tuple[str, ...]
    detail: tuple[str, ...]

    @property
    def is_casual(self) -> bool:
        """Whether the customer of this family writes without capitals."""
        return all(text[0].islower() for text in (*self.situation, *self.request))


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """One concrete situation of a topic, in its own wording."""

    topic: str
    name: str
    use: Split
    texts: Mapping[str, Texts]

    @property
    def id(self) -> str:
        """Unique over all blocks, as ``order_status/a``."""
        return f"{self.topic}/{self.name}"


Families = Mapping[str, tuple[Family, ...]]


def load_families(folder: Path) -> Families:
    """All families of a folder of block files, by topic in the order of the files' names.

    Raises:
        SampleError: a file is not TOML, lacks a part or has an unknown slot, a family stands twice, or a topic has no
            family for one of the splits.
    """
    found: dict[str, list[Family]] = {}
    for path in sorted(folder.glob("*.toml")):
        for entry in _document(path).get("family", []):
            family = _family(entry, path.name)
            if any(other.name == family.name for other in found.setdefault(family.topic, [])):
                raise SampleError(f"The family {family.id} stands twice in {path.name}.")
            found[family.topic].append(family)
    if not found:
        raise SampleError(f"There are no building blocks in {folder}.")
    for topic, families in found.items():
        for split in Split:
            if not any(family.use is split for family in families):
                raise SampleError(f"The topic {topic} has no family for {split}.")
    return {topic: tuple(families) for topic, families in found.items()}


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SampleError(f"The block file {path.name} is not valid TOML: {error}.") from None


def _family(entry: dict[str, Any], file: str) -> Family:
    try:
        topic, name, use = str(entry["topic"]), str(entry["name"]), Split(entry["use"])
        texts = {language: Texts(**{kind: tuple(entry[language][kind]) for kind in _KINDS}) for language in LANGUAGES}
    except (KeyError, ValueError) as error:
        raise SampleError(f"A family in {file} is incomplete or has a wrong value: {error}.") from None
    for language, parts in texts.items():
        for kind in _KINDS:
            _check(getattr(parts, kind), f"{topic}/{name}, {language} {kind}, in {file}")
    return Family(topic=topic, name=name, use=use, texts=texts)


def _check(variants: tuple[str, ...], where: str) -> None:
    if not variants or not all(variants):
        raise SampleError(f"A text is missing: {where}.")
    for text in variants:
        unknown = set(_SLOT.findall(text)) - SLOTS
        if unknown or text.count("{") != text.count("}"):
            raise SampleError(f"There is a broken or unknown slot {sorted(unknown)}: {where}.")
