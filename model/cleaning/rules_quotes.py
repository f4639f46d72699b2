"""The conversation below, above or between the author's words."""

from __future__ import annotations

import re

from model.cleaning.attribution import (
    glued_attribution,
    is_attribution,
    is_open_attribution,
    looks_promising,
    starts_attribution,
    starts_dated,
)
from model.cleaning.languages import HEADER_ROLES, SEPARATORS
from model.cleaning.lines import LOOK_AT, Row, Zone, following
from model.cleaning.lines import row as make_row

_LABEL_LENGTH = 24
_BLOCK_FIELDS = 14
_WRAPPED_LINES = 4
_WRAPPED_AT = 60
_BROKEN_LENGTH = 40
_MOST_CUTS = 50
_RULE_LINE = re.compile(r"[-_=*#~+–—. ]{3,}$")
_DASHES = "-–—_=*>#: "
_INLINE_LABEL = re.compile(r"(?:^|[\s>\"*])([^\W\d_]{2,12}) ?\*{0,2}:")
_TIME = re.compile(r"\d{1,2}[:.]\d{2}")


def mark_quotes(rows: list[Row]) -> None:
    """Give quote marks, quote headers and what they introduce their zones.

    Lines with ">" are quotes wherever they stand, so answers between them stay the author's. Below a header
    with no marked quote under it (Outlook, GMX, web.de) everything to the end is the conversation.
    """
    _split_glued_attributions(rows)
    _mark_quoted_lines(rows)
    in_conversation = False
    index = 0
    while index < len(rows):
        end, rule = _header_at(rows, index) if rows[index].is_author and rows[index].key else (index, "")
        if end > index:
            for row in rows[index:end]:
                row.take(Zone.HEADER, rule)
            _take_rule_line_above(rows, index)
            in_conversation = in_conversation or not _marked_quote_follows(rows, end)
            index = end
            continue
        if in_conversation and rows[index].is_author:
            rows[index].take(Zone.QUOTE, "conversation")
        index += 1


def keep_newest_message(rows: list[Row]) -> None:
    """Of a conversation's lines, leave the author zone to its first message: no header, nothing older."""
    index, found = 0, False
    while index < len(rows):
        end, rule = _header_at(rows, index) if rows[index].is_author and rows[index].key else (index, "")
        if end > index:
            if found:
                break
            for row in rows[index:end]:
                row.take(Zone.HEADER, rule)
        found = found or (end == index and bool(rows[index].key))
        index = max(end, index + 1)
    for row in rows[index:]:
        if row.is_author:
            row.take(Zone.QUOTE, "conversation")


def _mark_quoted_lines(rows: list[Row]) -> None:
    quoted = [row for row in rows if row.depth and row.is_author]
    if len(quoted) == 1 and quoted[0].bare[:1].isdigit():
        return  # "> 100 Euro": more than, not a quote
    for row in quoted:
        if not row.key.endswith("<<<"):  # an advert's ">>> here <<<"
            row.take(Zone.QUOTE, "quote_mark")
    for before, row, after in zip(rows, rows[1:], rows[2:], strict=False):
        if row.is_author and before.depth and after.depth and _is_broken_off(before, row):
            row.take(Zone.QUOTE, "broken_quote_line")


def _is_broken_off(before: Row, row: Row) -> bool:
    """The rest of a long quoted line that the sender's client wrapped without repeating the mark."""
    if row.key.startswith(("http", "(http", "<http", "_")):
        return True
    goes_on = len(before.text) >= _WRAPPED_AT and not before.key.endswith((".", "?", "!", ":"))
    return goes_on and 0 < len(row.key) <= _BROKEN_LENGTH and row.bare[:1].islower()


def _split_glued_attributions(rows: list[Row]) -> None:
    """Cut a line in two where the author's words and an attribution share it."""
    candidates = (index for index, one in enumerate(rows) if one.is_author and not one.depth)
    short = (index for index in candidates if len(rows[index].text) <= LOOK_AT)
    cuts = [(index, cut) for index in short if (cut := glued_attribution(rows[index].text))]
    for index, cut in reversed(cuts[:_MOST_CUTS]):
        text = rows[index].text
        head = text[:cut].rstrip("- ") or text[:cut]
        rows[index : index + 1] = [make_row(head), make_row(text[cut:])]


def _header_at(rows: list[Row], index: int) -> tuple[int, str]:
    """(index after the quote header that starts at ``index``, its rule), or (index, "") if none does."""
    if is_separator(rows[index]):
        return _separator_end(rows, index), "separator"
    end = header_block_end(rows, index)
    if end:
        return end, "header_block"
    end = _attribution_end(rows, index)
    if end:
        return end, "attribution"
    return index, ""


def _separator_end(rows: list[Row], index: int) -> int:
    """The index after a separator and the header lines under it, however few."""
    start = index + 1
    while start < min(len(rows), index + 3) and not rows[start].key:
        start += 1
    end = start
    while end < len(rows) and end - start < _BLOCK_FIELDS and role_of(rows[end]):
        end += 1
    block = header_block_end(rows, start) if end > start else 0
    return max(block, end if end > start else index + 1)


def is_separator(row: Row) -> bool:
    """Whether the line is "-----Ursprüngliche Nachricht-----", "Begin forwarded message:" or alike."""
    key = row.key
    if len(key) > 300 or not (key[:1] in "-–—_=*#" or key.endswith(":")):
        return False
    phrase = key.strip(_DASHES)
    if phrase in SEPARATORS:
        return True
    # Samsung and T-Online go on in the line: "-------- Ursprüngliche Nachricht --------Von: ..."; Notes says
    # "--- Forwarded by Eva/ACME on 01.02.2024 ---".
    if not key.startswith("--"):
        return False
    head = phrase.partition("--")[0].strip(_DASHES)
    return head in SEPARATORS or phrase.startswith(("forwarded by ", "weitergeleitet von "))


def role_of(row: Row) -> str:
    """The header role of a line "Von: Eva" ("*Von:* Eva", "Envoyé le :jeudi"), or ""."""
    colon = row.key.find(":", 0, _LABEL_LENGTH)
    if colon <= 0 or row.depth:
        return ""
    return HEADER_ROLES.get(row.key[:colon].strip(" *_|"), "")


def header_block_end(rows: list[Row], index: int) -> int:
    """The index after the header block that starts at ``index``, or 0.

    A block is a run of labelled lines of a mail client, at most one blank or wrapped line between two of
    them. It needs a sender or a recipient with a date, and more evidence than "Von: Hamburg, Datum: 1.2.":
    an address, or a date with a subject or a third role.
    """
    first = role_of(rows[index])
    if not first:
        return 0
    if _one_line_block(rows[index].key):
        return index + 1
    roles, address, end, fields, position = {first}, "@" in rows[index].key, index + 1, 1, index + 1
    while position < len(rows) and fields < _BLOCK_FIELDS and position - end < 2:
        row = rows[position]
        role = role_of(row)
        position += 1
        if role:
            roles.add(role)
            address = address or "@" in row.key
            fields += 1
            end = position
        elif row.key and not row.is_author:
            break
    # The value of the last field may be wrapped, but nothing tells it from the text: it is left.
    from_somebody = "sender" in roles and bool(roles & {"sent", "recipient", "subject"})
    told = from_somebody or {"sent", "recipient"} <= roles
    # "Von: Depot 1, An: Depot 2, Betreff: Übertrag" is an order: clients give a date or an address.
    evidence = address or ("sent" in roles and ("subject" in roles or len(roles - {"extra"}) >= 3))
    return end if told and evidence else 0


def _one_line_block(key: str) -> bool:
    """All on one line, as HTML squeezed into text leaves it: "Von: .. Gesendet: .. An: .. Betreff: .."."""
    roles = {HEADER_ROLES.get(label, "") for label in _INLINE_LABEL.findall(key)}
    return {"sender", "subject"} <= roles and bool(roles & {"sent", "recipient"})


def _attribution_end(rows: list[Row], index: int) -> int:
    """The index after an attribution of one to four lines that starts at ``index``, or 0."""
    joined, first = "", rows[index].key
    may_wrap = starts_attribution(first) or "@" in first
    for count in range(_WRAPPED_LINES):
        position = index + count
        if position >= len(rows) or not rows[position].is_author or not rows[position].key:
            break
        joined = f"{joined} {rows[position].key}" if joined else first
        if count and starts_dated(rows[position].key):
            break  # the line above is the author's last, not the attribution's first
        if looks_promising(rows[position].key) and is_attribution(joined):
            return _with_repeated_verb(rows, position)
        if not may_wrap or first.endswith(("!", "?")):
            break
    if is_open_attribution(first):
        below = following(rows, index)
        if below is not None and (below.depth or below.zone is Zone.QUOTE or role_of(below)):
            return index + 1
    return 0


def _with_repeated_verb(rows: list[Row], position: int) -> int:
    """GitHub's notices put "<address>" and "wrote:" on lines of their own once more."""
    end = position + 1
    for row in rows[end : end + 2]:
        if (row.key.startswith("<") and row.key.endswith(">")) or row.key in ("wrote:", "schrieb:"):
            end += 1
        else:
            break
    return end


def _marked_quote_follows(rows: list[Row], end: int) -> bool:
    below = following(rows, end - 1)
    return below is not None and below.zone is Zone.QUOTE and below.rule != "conversation"


def _take_rule_line_above(rows: list[Row], index: int) -> None:
    """The "________" that Outlook draws above its header block."""
    for row in reversed(rows[max(0, index - 3) : index]):
        if not row.key and row.is_author:
            continue
        if row.is_author and _RULE_LINE.match(row.text.strip()):
            row.take(Zone.HEADER, "rule_line")
        return
