"""Who writes: one persona per thread."""

import random
import re
from dataclasses import dataclass

from local.sample.slots import SlotTables

# How often a mail's case names a custodian bank: the CRM knows it for those who hold securities.
_CUSTODIAN_SHARE = {"brokerage": 0.7, "wealth_management": 0.55, "client_operations": 0.4}
_TWO_CUSTODIANS = 0.15
_TRANSLITERATION = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ş": "s"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """A customer: invented, with everything that may stand in a signature or form."""

    language: str
    female: bool
    first_name: str
    last_name: str
    street: str
    city: str
    email: str
    phone: str
    device: str
    depot_no: str
    employer: str
    employer_domain: str
    custodian_banks: tuple[str, ...]

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def town(self) -> str:
        """The city without its postcode."""
        return self.city.partition(" ")[2]


def draw_persona(rng: random.Random, tables: SlotTables, *, language: str, line_of_business: str) -> Persona:
    """A persona who writes in this language."""
    female = rng.random() < 0.5
    # Half of those who write English carry a German name: colleagues' spouses, expatriates' children, habit.
    foreign = language == "en" and rng.random() < 0.7
    first_names = tables.first_names[("female" if female else "male") + ("_en" if foreign else "")]
    first_name = rng.choice(first_names)
    last_name = rng.choice(tables.last_names["en" if foreign else "de"])
    employer = rng.choice(tables.employers)
    return Persona(
        language=language,
        female=female,
        first_name=first_name,
        last_name=last_name,
        street=f"{rng.choice(tables.streets)} {house_number(rng)}",
        city=rng.choice(tables.cities),
        email=_email(rng, first_name, last_name, rng.choice(tables.mail_hosts)),
        phone=phone_number(rng, tables),
        device=rng.choice(tables.devices),
        depot_no=rng.choice(("{:09d}", "{:010d}")).format(rng.randrange(10**8, 10**9)),
        employer=employer,
        employer_domain=f"{ascii_slug(employer)}.example",
        custodian_banks=_custodians(rng, tables, _CUSTODIAN_SHARE.get(line_of_business, 0.5)),
    )


def house_number(rng: random.Random) -> str:
    """A house number, sometimes with a letter."""
    return f"{rng.randint(1, 140)}{rng.choice(('', '', '', '', 'a', 'b'))}"


def phone_number(rng: random.Random, tables: SlotTables) -> str:
    """A phone number from a range that is kept free."""
    return re.sub("#", lambda _: str(rng.randrange(10)), rng.choice(tables.phones))


def ascii_slug(text: str) -> str:
    """The text as a host name's part: ``Kessmann Maschinenbau GmbH`` becomes ``kessmann-maschinenbau``."""
    plain = text.lower().translate(_TRANSLITERATION)
    plain = re.sub(r"\bgmbh\b", "", plain)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _email(rng: random.Random, first_name: str, last_name: str, host: str) -> str:
    first, last = ascii_slug(first_name), ascii_slug(last_name)
    local = rng.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{last}{rng.randint(55, 99)}", f"{first}_{last}"))
    return f"{local}@{host}"


def _custodians(rng: random.Random, tables: SlotTables, share: float) -> tuple[str, ...]:
    if rng.random() >= share:
        return ()
    weights = [1 / rank for rank in range(1, len(tables.custodian_banks) + 1)]
    first = rng.choices(tables.custodian_banks, weights=weights)[0]
    if rng.random() >= _TWO_CUSTODIANS:
        return (first,)
    second = rng.choice([bank for bank in tables.custodian_banks if bank != first])
    return (first, second)
