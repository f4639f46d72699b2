"""Is this line the client's "Am 1. Mai 2024 um 10:00 schrieb Eva <eva@example.org>:"?"""

from __future__ import annotations

import re
from itertools import islice

from model.cleaning.languages import ON, WROTE

_VERB = re.compile(r"(?:^|[\s>\"”)])(" + "|".join(re.escape(verb) for verb in WROTE) + r")(?=[\s:,-]|$)")
_END_VERB = re.compile(r"(?:^|[\s>\"”)])(?:" + "|".join(re.escape(verb) for verb in WROTE) + r")$")
_STARTS = re.compile(r"[-–— ]{0,12}(?:" + "|".join(re.escape(word) for word in ON) + r")\s")
_NUMERIC_DATE = re.compile(r"\d{1,4}[./-] ?\d{1,2}[./-] ?\d{2,4}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY_AND_MONTH = re.compile(r"(?<!\d)\d{1,2}\.?[ -][^\W\d_]{3,9}|[^\W\d_]{3,9}\.? \d{1,2}(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)")
_ISO_START = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\s")
_DATE_START = re.compile(r"\d|[^\W\d_]{2,10}\.?,? (?:\d|[^\W\d_]{3,9} \d)|في ")
_DATE_WITHIN = 45
_WORDS_AFTER_ADDRESS = 3
_GLUED_TRIES = 3
#: Where an attribution begins inside a line: "Danke! Am 1.5.2024 um 10:00 schrieb ..." (flattened HTML).
#: Case counts: "am 1.5." is a sentence going on.
_GLUED = re.compile(r"(?<=[\s.!?-])(?:Am|On|Le) (?=(?:[^\W\d_]{2,9}[.,]{0,2} )?(?:[^\W\d_]{2,9}\.? )?\d)")
# A person who reports what somebody wrote, not a client that says so.
_REPORTED = re.compile(r"(?<![\w.@+-])(?:ich|mir|uns|wir|folgend\w*|dass|i|me|us|we|that|following)(?![\w.@+-])")


def looks_promising(key: str) -> bool:
    """A cheap first look: could an attribution end with this line?"""
    return key.endswith((":", "-", "*")) or "gmt" in key or _END_VERB.search(key) is not None or (
        key.endswith(">") and _ISO_START.match(key) is not None
    )  # fmt: skip


def has_date(key: str) -> bool:
    """Whether the line holds something like a calendar date."""
    return bool(_NUMERIC_DATE.search(key) or _YEAR.search(key) or _DAY_AND_MONTH.search(key))


def is_attribution(key: str) -> bool:
    """Whether the case-folded line is an attribution line.

    With a verb of writing: a date or an address beside it, and the verb or a colon at the end (Outlook,
    Thunderbird, Apple Mail, GMX, web.de, Gmail since 2018). Without one: date, time and "<address>:"
    (Yandex, mail.ru, Gmail before 2018), or an ISO date with "GMT" (Gmail on a phone).
    """
    if key.startswith("--") and key.endswith("--") and _END_VERB.search(key.strip(" -")):
        return True  # "---- Eva wrote ----" (Gmail for Android)
    core = key.rstrip(" :*_-–—>\u200b")
    colon = ":" in key[len(core) :]
    address = "@" in key
    verb = _VERB.search(key)
    if verb is None:
        return _without_verb(key, colon=colon, address=address)
    if _REPORTED.search(key.replace("folgendes geschrieben", "geschrieben")):  # Apple Mail before 2014
        return False
    ends_with_verb = verb.end(1) >= len(core)
    if _STARTS.match(key) and has_date(key[:_DATE_WITHIN]):
        return colon or ends_with_verb
    if ends_with_verb:
        return (address or (has_date(key) and bool(_DATE_START.match(key)))) and (colon or has_date(key))
    return colon and has_date(key) and verb.start(1) < 160


def glued_attribution(text: str) -> int:
    """The index at which an attribution begins behind other words of the line, or 0."""
    if not text.endswith((":", "-")):
        return 0
    for match in islice(_GLUED.finditer(text), _GLUED_TRIES):
        if is_attribution(text[match.start() :].casefold()):
            return match.start()
    return 0


def is_open_attribution(key: str) -> bool:
    """An attribution that lacks its colon: true only of lines with verb, date and time (see the caller)."""
    return bool(_STARTS.match(key) and _VERB.search(key) and has_date(key) and _TIME.search(key)
                and not _REPORTED.search(key))  # fmt: skip


def starts_dated(key: str) -> bool:
    """Whether the line begins like an attribution and has its date: "Am 1.5.2024 um ..."."""
    return bool(_STARTS.match(key)) and has_date(key[:_DATE_WITHIN])


def starts_attribution(key: str) -> bool:
    """Whether the line could be the first of a wrapped attribution."""
    return bool(_STARTS.match(key) or _DATE_START.match(key))


def _without_verb(key: str, *, colon: bool, address: bool) -> bool:
    if _ISO_START.match(key) and ("gmt" in key or (address and key.endswith((">", ">:")))):
        return True
    before, bracket, after = key.rpartition(">")
    if not (colon and address and bracket and "<" in before and _TIME.search(key)) or _REPORTED.search(key):
        return False
    # At most two words behind the address: a verb of a language that languages.py does not know.
    return has_date(key[:_DATE_WITHIN]) and after.count(" ") <= _WORDS_AFTER_ADDRESS
