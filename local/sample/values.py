"""The values of a mail's slots: one per slot and mail, in the mail's language, fitting the texts around them."""

import random
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from local.sample import formats
from local.sample.identifiers import german_iban
from local.sample.persona import Persona, house_number, phone_number
from local.sample.slots import SlotTables

_AHEAD = re.compile(
    r"(?:bis|bis zum|zum|ab|ab dem|by|until|from|before|vor dem)(?: the)? \{date\}|"
    r"\{date\} (?:teilnehmen|an der HV|wird|soll|findet|will be|is due)|"
    r"Hauptversammlung|general meeting|HV\b|Frist|deadline|Eintrittskarte|ticket|Bezugs|subscription|[Tt]ermin|"
    r"appointment",
)
_MONTH_AHEAD = re.compile(
    r"(?:ab|ab dem|from|erst im|kommt im|Ende|Sie im|starting in|until|bis|end of|place in) \{month\}",
)
_LONG_AGO = re.compile(r"(?:seit|since|aus dem Jahr|from) \{year\}")
_WOMAN = re.compile(
    r"(?:Frau|Ehefrau|Mutter|Tochter|Schwester|Tante|Oma|Großmutter|Nichte|Enkelin|Freundin|Nachbarin|wife|mother|"
    r"daughter|sister|aunt|grandmother|niece|girlfriend)\W+(?:\w+\W+){0,2}\{person\}",
)

_QUANTITIES = (5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 150, 200, 250, 300, 500)


def draw_values(
    rng: random.Random,
    tables: SlotTables,
    persona: Persona,
    *,
    now: datetime,
    texts: str,
    topic: str,
) -> Mapping[str, str]:
    """A value for every slot of the building blocks.

    Args:
        rng: what draws the values.
        tables: what is drawn from.
        persona: the writer, whose phone, device and account stand for the slots of that name.
        now: when the mail is written.
        texts: all the mail's templates, which decide between past and coming dates, a security's ISIN and a fund's.
        topic: the mail's topic: dates of meetings and the like lie ahead.
    """
    language = persona.language
    security, fund = rng.choice(tables.securities), rng.choice(tables.funds)
    of_fund = "{fund}" in texts and "{security}" not in texts
    ahead = topic in ("general_meeting", "rights_issue", "advice_appointment") or bool(_AHEAD.search(texts))
    return {
        "security": security.name,
        "fund": fund.name,
        "isin": fund.isin if of_fund else security.isin,
        "quantity": str(rng.choice(_QUANTITIES)),
        "amount": formats.money(_amount(rng), language, rng),
        "price": formats.money(round(rng.uniform(3, 240), 2), language, rng),
        "percent": _percent(rng, language),
        "date": formats.day(_day(rng, now, ahead=ahead), language, rng),
        "month": _month(rng, now, language, ahead=bool(_MONTH_AHEAD.search(texts))),
        "year": str(rng.randint(2009, 2023) if _LONG_AGO.search(texts) else rng.choice((2024, 2025, 2025, 2025))),
        "time": formats.clock(rng.randint(8, 19), rng.randrange(60), language),
        "order_no": rng.choice(("A{:08d}", "{:09d}", "ORD-{:07d}")).format(rng.randrange(10**6, 10**7)),
        "depot_no": persona.depot_no,
        "iban": german_iban(rng, spaced=rng.random() < 0.6),
        "bank": rng.choice(tables.banks),
        "person": _relative(rng, tables, persona, female=bool(_WOMAN.search(texts)) or rng.random() < 0.5),
        "old_name": rng.choice([name for name in tables.last_names["de"] if name != persona.last_name]),
        "street": f"{rng.choice(tables.new_streets)} {house_number(rng)}",
        "city": rng.choice(tables.cities),
        "phone": persona.phone if rng.random() < 0.8 else phone_number(rng, tables),
        "device": persona.device,
    }


def deadline(rng: random.Random, now: datetime, language: str) -> str:
    """A date some days ahead."""
    return formats.day((now + timedelta(days=rng.randint(3, 14))).date(), language, rng)


def _amount(rng: random.Random) -> float:
    # Spread evenly over the orders of magnitude: instalments, withdrawals, estates.
    value = 10 ** rng.uniform(2, 4.5)
    return float(round(value / 50) * 50 or 50) if rng.random() < 0.6 else round(value, 2)


def _percent(rng: random.Random, language: str) -> str:
    value = formats.number(rng.choice((0.5, 1.5, 2.0, 2.5, 3.0, 3.8, 4.2, 5.0, 6.5, 7.3, 8.0, 11.4)), language, 1)
    plain = value.removesuffix(",0").removesuffix(".0")
    return rng.choice((f"{plain} %", f"{plain} %", f"{plain}%")) if language == "de" else f"{plain}%"


def _day(rng: random.Random, now: datetime, *, ahead: bool) -> date:
    return (now + timedelta(days=rng.randint(4, 40) if ahead else -rng.randint(2, 35))).date()


def _month(rng: random.Random, now: datetime, language: str, *, ahead: bool) -> str:
    distance = rng.randint(1, 3) if ahead else -rng.randint(1, 4)
    return formats.MONTHS[language][(now.month - 1 + distance) % 12]


def _relative(rng: random.Random, tables: SlotTables, persona: Persona, *, female: bool) -> str:
    first = rng.choice(tables.first_names["female" if female else "male"])
    last = persona.last_name if rng.random() < 0.6 else rng.choice(tables.last_names["de"])
    return f"{first} {last}"
