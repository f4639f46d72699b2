"""The price table and the assumptions about use: one TOML file, read strictly."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mailroom.errors import MailroomError

DEFAULT_FILE = Path("config/prices.toml")
_PRICE_KEYS = {"usd", "per", "date", "source", "checked"}
_TABLE_KEYS = {"region", "assumptions", "price"}
_SOURCES = "https://aws.amazon.com/"


class PriceError(MailroomError):
    """The price table or an assumption is not usable; one sentence."""


class NotPricedError(MailroomError):
    """One resource cannot be priced; the text is a clause that says why."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """A list price: US dollars ``per`` unit, as of ``date``, from the page ``source``.

    ``checked``: read off AWS's price list for this region; otherwise a planning figure.
    """

    usd: float
    per: str
    date: date
    source: str
    checked: bool


@dataclass(frozen=True, kw_only=True)
class PriceTable:
    """Prices by name, and numbers about use by name, for one ``region``."""

    region: str
    prices: Mapping[str, Price]
    assumptions: Mapping[str, float]

    def price(self, name: str) -> Price:
        """The price called ``name``.

        Raises:
            NotPricedError: the table has none.
        """
        if name not in self.prices:
            raise NotPricedError(f"the price table has no {name}")
        return self.prices[name]

    def assume(self, name: str) -> float:
        """The assumption called ``name``; a KeyError is a mistake in a rule."""
        return self.assumptions[name]

    def with_assumptions(self, settings: Sequence[str]) -> "PriceTable":
        """A copy in which `name=number` settings replace assumptions.

        Raises:
            PriceError: an unknown name, or no number from zero up.
        """
        changed = dict(self.assumptions)
        for setting in settings:
            name, _, text = setting.partition("=")
            if name not in changed:
                raise PriceError(f"There is no assumption {name!r}; there are: {', '.join(sorted(changed))}.")
            changed[name] = _number(text, f"The assumption {name} must be a number from zero up, not {text!r}.")
        return PriceTable(region=self.region, prices=self.prices, assumptions=changed)


def load_prices(file: Path) -> PriceTable:
    """Read a price table.

    Raises:
        PriceError: missing, not TOML, an unknown or missing key, a price that is no positive number, a foreign source.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PriceError(f"The price table {file} cannot be read.") from error
    except ValueError as error:
        raise PriceError(f"{file} is not TOML: {error}.") from error
    if set(table) != _TABLE_KEYS:
        wrong = ", ".join(sorted(set(table) ^ _TABLE_KEYS))
        raise PriceError(f"{file} must hold exactly {', '.join(sorted(_TABLE_KEYS))}; missing or unknown: {wrong}.")
    return PriceTable(
        region=table["region"],
        prices={name: _price(file, name, entry) for name, entry in table["price"].items()},
        assumptions={
            name: _number(value, f"{file}: the assumption {name} must be a number from zero up.")
            for name, value in table["assumptions"].items()
        },
    )


def _price(file: Path, name: str, entry: Mapping[str, Any]) -> Price:
    if set(entry) != _PRICE_KEYS:
        raise PriceError(f"{file}: the price {name} must hold exactly {', '.join(sorted(_PRICE_KEYS))}.")
    if not isinstance(entry["date"], date):
        raise PriceError(f"{file}: the date of the price {name} must be a date such as 2026-11-23.")
    if not str(entry["source"]).startswith(_SOURCES):
        raise PriceError(f"{file}: the source of the price {name} must be a page below {_SOURCES}.")
    usd = _number(entry["usd"], f"{file}: the price {name} must be a number of US dollars from zero up.")
    return Price(
        usd=usd, per=entry["per"], date=entry["date"], source=entry["source"], checked=entry["checked"] is True
    )


def _number(value: object, sentence: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise PriceError(sentence) from error
    if not 0 <= number < float("inf"):
        raise PriceError(sentence)
    return number
