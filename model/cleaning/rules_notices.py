"""Notices that nobody wrote for this mail: confidentiality, virus scanners, external senders, lists.

A notice is a paragraph that holds all phrases of one entry below. Phrases are case-folded ("ß" is "ss").
"""

from __future__ import annotations

import re

from model.cleaning.lines import Row, Zone, paragraphs

#: Characters of a paragraph that are looked at.
_LOOK_AT = 4_000
_START_WITHIN = 12
# "I got your mail in error, please delete my address" is an inquiry.
_FIRST_PERSON = re.compile(r"\b(?:ich|mir|mein\w*|i|my)\b")

# Senders copy these from each other; no law asks for them. German ones follow two families, "Diese E-Mail
# enthält vertrauliche und/oder rechtlich geschützte Informationen" and "... ist ausschliesslich für den
# Adressaten bestimmt".
_CONFIDENTIAL: tuple[tuple[str, ...], ...] = (
    ("vertrauliche", "rechtlich geschützte", "information"),
    ("vertraulich", "nicht der richtige adressat"), ("irrtümlich erhalten", "vernichten"),
    ("irrtümlich erhalten", "löschen"), ("versehentlich erhalten", "vertraulich"),
    ("nicht der vorgesehene empfänger",),
    ("nicht der beabsichtigte empfänger",), ("nicht der angegebene empfänger",),
    ("nicht der bezeichnete adressat",),
    ("unerlaubte kopieren",), ("unbefugte weitergabe dieser",), ("unbefugte weiterleitung",),
    ("ausschliesslich für den", "adressat", "bestimmt"),
    ("ausschliesslich für den", "empfänger", "vertraulich"),
    ("nur für den", "empfänger", "bestimmt", "vertraulich"),
    ("sollten sie nicht der", "empfänger", "sein", "nachricht"),
    ("sind sie nicht der", "empfänger", "absender"), ("übermittlung von informationen per e-mail", "nicht"),
    ("e-mail", "nicht rechtsverbindlich"), ("vertraulichkeitshinweis",),
    ("if you are not the intended recipient",), ("not the named addressee",), ("intended solely for",),
    ("intended only for", "confidential"), ("confidentiality notice",),
    ("confidential", "legally privileged"),
    ("confidential", "intended recipient"), ("received this", "in error", "delete"),
    ("received this", "in error", "notify"),
    ("may contain confidential",), ("unauthorised", "copying", "disclosure"),
    ("unauthorized", "copying", "disclosure"),
)  # fmt: skip

_PRINTING: tuple[tuple[str, ...], ...] = (
    ("umwelt", "ausdrucken"), ("umwelt", "drucken", "e-mail"), ("environment before printing",),
    ("consider the environment",), ("muss diese e-mail wirklich",),
)  # fmt: skip

_SCANNER: tuple[tuple[str, ...], ...] = (
    ("auf viren geprüft",), ("auf viren überprüft",), ("virenfrei", "avast"), ("virenfrei", "avg"),
    ("virenfrei.",),
    ("virus-free", "av"), ("checked for viruses by",), ("scanned for viruses",), ("has been scanned by",),
    ("antivirus", "scanned"), ("antivirus", "geprüft"), ("von avast", "antivirus"), ("gescannt", "viren"),
)  # fmt: skip

# Exchange and Microsoft 365 write these above the mail, so they may stand at its top.
_EXTERNAL: tuple[tuple[str, ...], ...] = (
    ("external sender",), ("external email",), ("external e-mail",), ("originated from outside",),
    ("originated outside",), ("caution:", "external"), ("externer absender",), ("externe e-mail",),
    ("externe mail",),
    ("e-mail", "von einem externen absender"), ("e-mail", "ausserhalb", "organisation"),
    ("e-mail", "ausserhalb des unternehmens"), ("don't often get email from",), ("nicht oft", "e-mail von"),
    ("erfahren sie, warum dies wichtig ist",), ("learn why this is important",),
    ("klicken sie nicht auf links", "absender"), ("do not click", "links", "attachments"),
)  # fmt: skip

_LISTS: tuple[tuple[str, ...], ...] = (
    ("unsubscribe from this",), ("to unsubscribe", "email"), ("reply to this email directly or view it on",),
    ("you received this message because you are subscribed",), ("you are receiving this because",),
    ("newsletter abbestellen",), ("vom newsletter abmelden",), ("sie erhalten diese e-mail, weil",),
    ("bitte antworten sie nicht auf diese",), ("this is an automated message", "do not reply"),
)  # fmt: skip

_NOTICES = (
    ("confidentiality", _CONFIDENTIAL),
    ("print_appeal", _PRINTING),
    ("virus_scanner", _SCANNER),
    ("external_banner", _EXTERNAL),
    ("list_footer", _LISTS),
)

# Where a notice begins inside a paragraph that began as something else (a signature without blank line).
_STARTS = (
    "diese e-mail", "diese nachricht", "diese mail", "der inhalt dieser", "die information",
    "die in dieser", "hinweis",
    "wichtiger hinweis", "achtung", "vorsicht", "vertraulich", "this e-mail", "this email", "this message",
    "the information",
    "the content", "confidential", "disclaimer", "caution", "warning", "notice", "important",
    "please consider", "bitte denken",
    "denken sie", "bitte prüfen sie", "virenfrei", "virus-free", "[extern", "external", "externe",
    "sie erhalten", "you don",
    "you received", "to unsubscribe", "muss diese", "sollten sie", "if you", "[eext", "falls sie",
    "wenn sie nicht",
)  # fmt: skip


def mark_notices(rows: list[Row]) -> None:
    """Give paragraphs that are notices their zone, from the line on where the notice begins."""
    for paragraph in paragraphs(rows):
        text = _joined(paragraph)
        for rule, phrases in _NOTICES:
            if any(all(phrase in text for phrase in entry) for entry in phrases):
                _take_from_start(paragraph, rule, text)
                break


def _joined(paragraph: list[Row]) -> str:
    text, size = [], 0
    for row in paragraph:
        text.append(row.key)
        size += len(row.key) + 1
        if size > _LOOK_AT:
            break
    return " ".join(text)[:_LOOK_AT]


def _take_from_start(paragraph: list[Row], rule: str, text: str) -> None:
    """Take the notice's lines; where no beginning is recognised, nothing is risked."""
    begins = [row.key.lstrip(" -_*#!⚠").startswith(_STARTS) for row in paragraph]
    start = begins.index(True) if True in begins else None
    if start is None:
        if len(paragraph) > _START_WITHIN or _FIRST_PERSON.search(text):
            return
        start = 0
    for row in paragraph[start:]:
        row.take(Zone.NOTICE, rule)
        if rule == "external_banner" and row.key.endswith((".", "!", "]", ">")):
            return  # gateways do not always leave a blank line between their banner and the mail
