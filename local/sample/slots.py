"""The tables that fill the slots: invented persons, firms, banks, securities."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.sample.errors import SampleError
from local.sample.families import LANGUAGES
from local.sample.identifiers import is_isin


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """A security or fund."""

    name: str
    isin: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """A member of the service team."""

    name: str
    female: bool

    @property
    def first_name(self) -> str:
        """All but the last name."""
        return self.name.rpartition(" ")[0]

    @property
    def last_name(self) -> str:
        """The last name."""
        return self.name.rpartition(" ")[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """Sentences and subjects that belong to no topic, in one language."""

    reminder: tuple[str, ...]
    custodian_mention: tuple[str, ...]
    generic_subject: tuple[str, ...]
    form_subject: tuple[str, ...]
    follow_up_subject: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotTables:
    """Everything in slots.toml."""

    securities: tuple[Instrument, ...]
    funds: tuple[Instrument, ...]
    custodian_banks: tuple[str, ...]
    banks: tuple[str, ...]
    devices: tuple[str, ...]
    employers: tuple[str, ...]
    new_streets: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    phones: tuple[str, ...]
    mail_hosts: tuple[str, ...]
    first_names: Mapping[str, tuple[str, ...]]
    last_names: Mapping[str, tuple[str, ...]]
    agents: tuple[Agent, ...]
    phrases: Mapping[str, Phrases]


_LISTS = (
    "custodian_banks",
    "banks",
    "devices",
    "employers",
    "new_streets",
    "streets",
    "cities",
    "phones",
    "mail_hosts",
)


def load_slots(path: Path) -> SlotTables:
    """Read slots.toml.

    Raises:
        SampleError: the file is not TOML, a table is missing, or an ISIN's check digit is wrong.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = _tables(document)
    except tomllib.TOMLDecodeError as error:
        raise SampleError(f"{path.name} is not valid TOML: {error}.") from None
    except (KeyError, TypeError) as error:
        raise SampleError(f"{path.name} lacks a table or a table has a wrong key: {error}.") from None
    for instrument in (*tables.securities, *tables.funds):
        if not is_isin(instrument.isin):
            raise SampleError(f"{path.name}: the ISIN {instrument.isin} is not valid.")
    return tables


def _tables(document: Mapping[str, Any]) -> SlotTables:
    return SlotTables(
        **{name: tuple(document[name]) for name in _LISTS},
        securities=tuple(Instrument(**entry) for entry in document["securities"]),
        funds=tuple(Instrument(**entry) for entry in document["funds"]),
        first_names={key: tuple(names) for key, names in document["first_names"].items()},
        last_names={key: tuple(names) for key, names in document["last_names"].items()},
        agents=tuple(Agent(**entry) for entry in document["agents"]),
        phrases={
            language: Phrases(**{key: tuple(texts) for key, texts in document["phrases"][language].items()})
            for language in LANGUAGES
        },
    )
