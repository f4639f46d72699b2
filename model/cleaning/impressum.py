"""The particulars that the law puts under a German business letter, and what stands around them.

§ 35a GmbHG, § 80 AktG, § 125a HGB and § 25a GenG ask for firm and form, seat, register court and number, and
the directors, in e-mails too; § 5 DDG adds the VAT number; the British Companies Act 2006 asks for much the
same.
Phrases are case-folded and have no blank before a colon.
"""

from __future__ import annotations

import re

_LONGEST_LINE = 100

#: Kind of particular to the phrases that give it away anywhere in a line.
PARTICULARS: dict[str, tuple[str, ...]] = {
    "seat": (
        "sitz der gesellschaft", "sitz und registergericht", "sitz:", "firmensitz:", "hauptsitz:",
        "gesellschaftssitz",
        "registered office", "registered address", "registered in england",
    ),
    "court": ("registergericht", "amtsgericht ", "ag:", "firmenbuchgericht", "handelsgericht ",
    "eingetragen beim"),
    "register": (
        "handelsregister:", "handelsregisternummer", "registernummer:", "register-nr", "firmenbuchnummer",
        "firmenbuch:",
        "genossenschaftsregister", "vereinsregister", "company number", "company registration", "company no",
    ),
    "directors": (
        "geschäftsführer:", "geschäftsführerin:", "geschäftsführer/in:", "geschäftsführung:",
        "geschäftsführender gesellschafter",
        "vorstand:", "vorstände:", "vorstandsvorsitz", "vorsitzender des", "vorsitzende des",
        "mitglieder des vorstands",
        "aufsichtsrat:", "aufsichtsratsvorsitz", "vors. des aufsichtsrat", "vertretungsberechtigt",
        "inhaber:", "inhaberin:",
        "managing director:", "managing directors:", "chairman of the", "board of directors:", "directors:",
    ),
    "tax": (
        "ust-id", "ust.-id", "ust-idnr", "ust.id", "ustid", "umsatzsteuer-id", "umsatzsteueridentifikation",
        "steuernummer:", "steuer-nr", "st.-nr", "vat no", "vat number", "vat id", "vat reg", "uid-nr",
        "uid:", "wirtschafts-id",
    ),
    "capital": ("stammkapital:", "grundkapital:", "persönlich haftende", "komplementär:", "komplementärin:"),
    "creditor": ("gläubiger-id", "gläubiger-identifikation", "creditor id"),
}  # fmt: skip

_REGISTER_NUMBER = re.compile(r"\bhr ?[ab]\b[ :.]{0,3}(?:nr|nummer)?[ :.]{0,3}\d{2,7}|\bfn ?\d{5,6} ?[a-z]\b")
# "Ich klage vor dem Amtsgericht" is an inquiry.
_FIRST_PERSON = re.compile(r"\b(?:ich|wir|mir|mein\w*|i|we|my)\b")

_LABELLED_CONTACT = re.compile(
    r"\b(?:tel|telefon|fon|phone|fax|telefax|mobil|mobile|handy|hotline|zentrale|durchwahl"
    r"|e-?mail|mail|web|internet)\b ?[.:]"
    r"|^[tfmew] ?[:.|] ?\S"
)  # fmt: skip
_ADDRESS_OF_THE_NET = re.compile(r"@[\w.-]+\.[a-z]{2,}|\bwww\.|https?://")
_NUMBER_ALONE = re.compile(r"^\+\d{2}[\d /()-]{5,}|^\(?0\d{2,5}\)?[ /-]\d")
_STREET = re.compile(r"(?:strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer)\.? ?\d{1,4} ?[a-z]?\b|^postfach \d")
_TOWN = re.compile(r"^(?:d-|a-|ch-)?\d{4,5} [^\W\d_]{3,}")
_FIRM = re.compile(
    r"\b(?:gmbh|mbh|ag|kg|ohg|gbr|ug|e\.k|e\.v|kgaa|ltd|inc|llc|limited|corp|se|partg|stiftung|verlag|kanzlei)\b"
)


def particulars(key: str) -> set[str]:
    """The kinds of particulars that a case-folded line holds; none if somebody speaks in the first person."""
    if _FIRST_PERSON.search(key):
        return set()
    tight = key.replace(" :", ":")
    kinds = {kind for kind, phrases in PARTICULARS.items() if any(phrase in tight for phrase in phrases)}
    if _REGISTER_NUMBER.search(key):
        kinds.add("register")
    return kinds


def is_contact(key: str) -> bool:
    """Whether the line is a phone, fax, mail, web or postal address line."""
    patterns = (_LABELLED_CONTACT, _ADDRESS_OF_THE_NET, _NUMBER_ALONE, _STREET, _TOWN)
    return len(key) <= _LONGEST_LINE and any(pattern.search(key) for pattern in patterns)


def names_a_firm(key: str) -> bool:
    """Whether the line holds a legal form: GmbH, AG, e.K., Ltd."""
    return _FIRM.search(key) is not None
