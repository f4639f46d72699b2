"""Greeting and sign-off: whole lines only, so that no sentence of the customer is lost."""

from __future__ import annotations

import re

from model.cleaning.impressum import is_contact, particulars
from model.cleaning.lines import Row, Zone

_GREETING_LENGTH = 90
_GREETING_WITHIN = 4
_CLOSING_LENGTH = 90
_NAME_LENGTH = 48
_SIGN_OFF_REACH = 12
_WORD = re.compile(r"[^\s,.!/&+|]+")

#: Beginnings of a greeting line.
GREETINGS = tuple(sorted((
    "sehr geehrte", "sehr geehrter", "sehr geehrtes", "sehr verehrte", "geehrte", "geehrter", "guten tag",
    "guten morgen", "guten abend",
    "schönen guten tag", "einen schönen guten tag", "hallo", "hallöchen", "hi", "hey", "moin", "servus",
    "grüss gott", "grüezi", "grüss dich",
    "liebe", "lieber", "liebes", "werte", "werter", "tag", "mahlzeit", "guten tag zusammen",
    "ladies and gentlemen",
    "dear", "hello", "good morning", "good afternoon", "good evening", "good day", "greetings",
    "to whom it may concern", "hi there",
), key=len, reverse=True))  # fmt: skip
# Lower-case words that may follow: anything else in lower case makes the line a sentence.
_GREETED = frozenset((
    "damen", "und", "herren", "herr", "frau", "dame", "team", "zusammen", "liebes", "liebe", "lieber",
    "alle", "alles", "miteinander", "leute",
    "kollegen", "kolleginnen", "kundenservice", "kundendienst", "support", "service", "serviceteam",
    "support-team", "von", "vom", "der", "des",
    "dr", "prof", "nochmal", "nochmals", "an", "das", "die", "there", "all", "everyone", "everybody",
    "team,", "sir", "madam", "or", "sirs", "and",
    "mr", "mrs", "ms", "mx", "folks", "guys", "again", "sehr", "geehrte", "geehrter", "geehrtes", "guten",
    "tag", "hallo", "from", "the", "zum", "zu",
    "mal", "wieder", "van", "de", "customer", "to", "morgen", "abend",
))  # fmt: skip

#: Sign-offs that are one wherever they make up a line.
CLOSINGS = tuple(sorted((
    "mit freundlichen grüssen", "mit freundlichem gruss", "mit freundlichen gruss",
    "mit freundlichem grüssen", "freundliche grüsse",
    "freundlichen gruss", "freundlicher gruss", "freundlichst", "mit besten grüssen", "mit bestem gruss",
    "mit vielen grüssen", "mit lieben grüssen",
    "mit herzlichen grüssen", "mit sonnigen grüssen", "beste grüsse", "besten gruss", "bester gruss",
    "viele grüsse", "vielen gruss", "liebe grüsse",
    "lieben gruss", "lieber gruss", "herzliche grüsse", "herzlichen gruss", "herzlichst", "schöne grüsse",
    "schönen gruss", "sonnige grüsse",
    "nette grüsse", "ganz liebe grüsse", "grüsse", "gruss", "grüssle", "mfg", "m.f.g", "m f g", "mfg.",
    "mit frdl. grüssen", "mit frdl. gruss",
    "frdl. grüsse", "vg", "lg", "bg", "sg", "hg", "hochachtungsvoll", "mit vorzüglicher hochachtung",
    "mit hochachtungsvollen grüssen",
    "in erwartung ihrer antwort", "mit kollegialen grüssen", "mit verbindlichen grüssen", "bis bald",
    "tschüss", "ciao",
    "kind regards", "best regards", "warm regards", "warmest regards", "with kind regards",
    "with best regards", "regards", "best wishes",
    "many regards", "yours sincerely", "yours faithfully", "yours truly", "sincerely", "sincerely yours",
    "respectfully", "cheers", "all the best",
    "with best wishes", "kindest regards", "best", "br", "kr", "rgds", "take care", "yours",
), key=len, reverse=True))  # fmt: skip
#: Thanks and wishes: a sign-off only where nothing but a name follows.
THANKS = tuple(sorted((
    "vielen dank", "vielen dank im voraus", "vielen lieben dank", "besten dank", "besten dank im voraus",
    "danke", "danke im voraus", "danke schön",
    "dankeschön", "herzlichen dank", "ich danke ihnen", "vielen dank und", "danke und", "danke vorab",
    "vielen dank vorab", "schönen tag noch",
    "einen schönen tag", "schönes wochenende", "einen schönen tag noch", "schönen feierabend",
    "mit bestem dank", "mit dank",
    "thanks", "thank you", "many thanks", "thanks in advance", "thank you in advance", "thanks a lot",
    "thank you very much", "thanks again",
    "thx", "have a nice day", "thanks and regards", "thanks and best regards",
), key=len, reverse=True))  # fmt: skip
_SIGNED = frozenset((
    "aus", "und", "von", "vom", "der", "die", "das", "im", "in", "i.a", "i.v", "i", "a", "v", "ihr", "ihre",
    "euer", "eure", "dein", "deine",
    "grüsse", "grüssen", "gruss", "dank", "danke", "team", "noch", "best", "kind", "regards", "from", "and",
    "the", "your", "voraus", "vielen",
    "an", "alle", "familie", "sendet", "nach", "freundliche", "freundlichen", "beste", "liebe", "viele",
    "mit", "van", "de", "zu", "advance", "wishes", "all",
))  # fmt: skip
_NOT_IN_A_NAME = re.compile(r"[@:?!/<>#=\d]")
_POSTSCRIPT = re.compile(r"p\. ?s\.?[:. ]|ps[: ]|nachtrag|übrigens|anlage|anhang|anbei")


def mark_greeting(rows: list[Row]) -> None:
    """Give the first greeting line, within the first lines of the author's text, its zone."""
    seen = 0
    for row in rows:
        if row.is_author and row.key:
            if is_greeting(row):
                row.take(Zone.GREETING, "greeting")
                return
            seen += 1
            if seen == _GREETING_WITHIN:
                return


def is_greeting(row: Row) -> bool:
    """Whether the whole line greets: "Sehr geehrte Damen und Herren,", "Guten Tag liebes Team"."""
    return len(row.key) <= _GREETING_LENGTH and _phrase_and_names(row, GREETINGS, _GREETED, most=9)


def mark_closings(rows: list[Row]) -> None:
    """Give sign-off lines and the names right under them their zone."""
    for index, row in enumerate(rows):
        if not row.is_author or not row.key or len(row.key) > _CLOSING_LENGTH:
            continue
        strong = _phrase_and_names(row, CLOSINGS, _SIGNED, most=7) or _is_combined(row)
        if strong or (_phrase_and_names(row, THANKS, _SIGNED, most=4) and _only_names_follow(rows, index)):
            row.take(Zone.CLOSING, "closing")
            _take_names(rows, index + 1)


def is_name(row: Row) -> bool:
    """A line that could be a signing name: few words, no digit, no sentence, no label."""
    key = row.key
    if not key or len(key) > _NAME_LENGTH or _NOT_IN_A_NAME.search(key) or _POSTSCRIPT.match(key):
        return False
    words = _WORD.findall(row.bare)
    if not 1 <= len(words) <= 5:
        return False
    if len(words) == 1:
        return len(key) <= 24
    return all(word[:1].isupper() or not word[:1].isalpha() or word.casefold() in _SIGNED for word in words)


def _phrase_and_names(row: Row, phrases: tuple[str, ...], allowed: frozenset[str], *, most: int) -> bool:
    key = row.key.strip(" -–—_/\\*~.,!:;()")
    if not key.startswith(phrases):
        return False
    phrase = next(one for one in phrases if key.startswith(one))
    rest = row.bare.casefold().partition(phrase)[2]
    if rest[:1].isalnum() or rest[:1] in ("'", "’", "-") or any(char.isdigit() for char in rest):
        return False
    # The same stretch in original case; casefolding may have changed its length ("ß").
    words = _WORD.findall(row.bare)[-len(_WORD.findall(rest)) or len(row.bare) :]
    words = [word for word in words if any(char.isalpha() for char in word)]
    if row.key.endswith("?") or len(words) > most:
        return False
    return all(word[:1].isupper() or word.casefold().strip("-()\"'") in allowed for word in words)


def _is_combined(row: Row) -> bool:
    """Whether thanks and sign-off share the line: "Vielen Dank und freundliche Grüße"."""
    if not row.key.startswith(THANKS):
        return False
    return row.key.rstrip(" ,.!").endswith(("grüsse", "grüssen", "gruss", "regards", "wishes"))


def _only_names_follow(rows: list[Row], index: int) -> bool:
    """Whether at most two names stand between this line and the end of the author's text or a new zone."""
    names = 0
    for row in rows[index + 1 : index + 1 + _SIGN_OFF_REACH]:
        if not row.is_author:
            return True
        if row.key:
            if is_contact(row.key) or particulars(row.key):
                return True
            if not is_name(row):
                return _phrase_and_names(row, CLOSINGS, _SIGNED, most=7)
            names += 1
            if names > 2:
                return False
    return True


def _take_names(rows: list[Row], index: int) -> None:
    """The first name may stand below blank lines, a second one (a surname, a team) right under it."""
    blanks = taken = 0
    for row in rows[index : index + _SIGN_OFF_REACH]:
        if not row.is_author:
            return
        if not row.key:
            blanks += 1
            if taken or blanks > 3:
                return
            continue
        if taken == 2 or not is_name(row):
            return
        row.take(Zone.CLOSING, "signed_name")
        taken += 1
