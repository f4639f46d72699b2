"""From a raw mail to its lines and zones: the order in which the rules look at a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from model.cleaning import mime
from model.cleaning.decode import decode
from model.cleaning.html_body import to_text
from model.cleaning.lines import Line, Row, Zone, row, rows
from model.cleaning.rules_device import mark_device_footers
from model.cleaning.rules_form import mark_form_fields
from model.cleaning.rules_markup import mark_markup_rests
from model.cleaning.rules_notices import mark_notices
from model.cleaning.rules_quotes import keep_newest_message, mark_quotes
from model.cleaning.rules_salutation import mark_closings, mark_greeting
from model.cleaning.rules_signature import mark_contact_blocks, mark_delimited_signatures, mark_impressum

KINDS = ("text", "html", "mime")
VISIBLE = frozenset((Zone.AUTHOR, Zone.GREETING, Zone.CLOSING))

#: Each rule takes lines that no rule before it took. Forms come before quotes, because a form's "Von:" looks
#: like a header; closings before company particulars and contact blocks, because those stand under one.
RULES: tuple[Callable[[list[Row]], None], ...] = (
    mark_markup_rests,
    mark_form_fields,
    mark_quotes,
    mark_notices,
    mark_device_footers,
    mark_delimited_signatures,
    mark_greeting,
    mark_closings,
    mark_impressum,
    mark_contact_blocks,
)
_WITHIN_A_MESSAGE = RULES[3:]


def zones(text: str | bytes, kind: str = "text") -> list[Line]:
    """Return the lines of a mail with the zone of each. Takes time linear in the mail's length.

    If no line would stay visible although the mail holds text, the newest quoted message takes the author's
    place; failing that, every line does. Raises ValueError for a kind other than text, html and mime, and
    nothing else.
    """
    if kind not in KINDS:
        raise ValueError("The kind of a mail must be one of: text, html, mime.")
    if kind == "mime":
        text, kind = mime.body(text)
    else:
        text = decode(text)
    working = rows(to_text(text) if kind == "html" else text)
    for rule in RULES:
        rule(working)
    if not _is_visible(working):
        _fall_back(working)
    return [Line(one.text, one.zone, one.rule) for one in working]


def joined(lines: Iterable[Line], wanted: frozenset[Zone]) -> str:
    """The lines of the wanted zones as text, without blank lines at its ends."""
    return "\n".join(line.text for line in lines if line.zone in wanted).strip("\r\n").rstrip()


def _is_visible(working: list[Row]) -> bool:
    return any(one.zone in VISIBLE and one.text.strip() for one in working)


def _fall_back(working: list[Row]) -> None:
    """A mail that is a conversation only: its newest message. A mail that is a notice only: all of it."""
    newest = _newest_message(working)
    for one in newest:
        unmarked = row(one.text.lstrip("> \t") if one.depth else one.text)
        one.text, one.bare, one.key, one.depth = unmarked.text, unmarked.bare, unmarked.key, 0
        one.take(Zone.AUTHOR, "newest_quoted_message")
    for rule in (keep_newest_message, *_WITHIN_A_MESSAGE):
        rule(newest)
    if not _is_visible(working):
        for one in newest if any(one.key for one in newest) else working:
            one.take(Zone.AUTHOR, "last_resort")


def _newest_message(working: list[Row]) -> list[Row]:
    """The first quoted lines up to the next header or deeper quote."""
    newest: list[Row] = []
    depth = 0
    for one in working:
        if one.zone is Zone.QUOTE and (not one.depth or not depth or one.depth <= depth):
            if one.key:
                depth = depth or one.depth
            newest.append(one)
        elif any(taken.key for taken in newest):
            break
    return newest
