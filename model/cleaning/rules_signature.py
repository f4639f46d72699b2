"""Signatures: by delimiter, by what the law puts under a business letter, by where they stand."""

from __future__ import annotations

import re

from model.cleaning.impressum import is_contact, names_a_firm, particulars
from model.cleaning.lines import Row, Zone
from model.cleaning.protect import is_customer_data

_LONGEST_SIGNATURE = 25
_LONGEST_LINE = 100
_SENTENCE_BLANKS = 4
_IMPRESSUM_REACH = 10
#: Kinds of particulars that make lines a company's: one alone may be the inquiry.
_PARTICULARS = 2
_CONTACT_REACH = 12

# RFC 3676 section 4.3: dash dash space; most clients and hands lose the space.
_DELIMITER = re.compile(r"-- ?$|--\\$")
# Lists and Outlook draw a line of underscores, webmail asterisks or dots.
_WEAK_DELIMITER = re.compile(r"_{2,}$|\* \* \*$|(?:\. ){4,}\.$|\*{3,}$|={4,}$|-{3,}$|~{3,}$")
# Of these, underscores and spaced asterisks are drawn by clients; people type the others between paragraphs.
_DRAWN = re.compile(r"_{2,}$|\* \* \*$")
_RULE_LINE = re.compile(r"[-_=*#~+–—.\u1427 ]+$")


def mark_delimited_signatures(rows: list[Row]) -> None:
    """Give "-- " (RFC 3676) and rule lines with what stands below them, to the next zone, the signature zone.

    An IBAN, number or amount below stays the author's unless a company's particulars stand there too.
    """
    index = 0
    while index < len(rows):
        row = rows[index]
        strong = row.is_author and bool(_DELIMITER.match(row.text.strip()))
        weak = row.is_author and not strong and bool(_WEAK_DELIMITER.match(row.text.strip()))
        if strong or weak:
            block = _until_next_zone(rows, index + 1)
            if _may_be_signature(block, strong=strong, drawn=bool(_DRAWN.match(row.text.strip()))):
                row.take(Zone.SIGNATURE, "delimiter")
                _take_block(block, "delimiter" if strong else "rule_line")
                index += len(block)
        index += 1
    _take_trailing_rule_lines(rows)


def mark_impressum(rows: list[Row]) -> None:
    """Give two or more particulars of a business letter near each other, and the address around them, a zone.

    Particulars above a sign-off are what the mail is about ("please change our register number").
    """
    closing = max((index for index, row in enumerate(rows) if row.zone is Zone.CLOSING), default=-1)
    anchors = [index for index, row in enumerate(rows)
               if index > closing and row.is_author and row.key and particulars(row.key)]  # fmt: skip
    group: list[int] = []
    for index in [*anchors, len(rows) + 2 * _IMPRESSUM_REACH]:
        if group and index - group[-1] > _IMPRESSUM_REACH:
            _take_impressum(rows, group)
            group = []
        group.append(index)


def mark_contact_blocks(rows: list[Row]) -> None:
    """Give the block of short lines under a sign-off its zone if it holds a phone, address, site or firm."""
    last = max((index for index, row in enumerate(rows) if row.zone is Zone.CLOSING), default=None)
    if last is None:
        return
    block = [row for row in _until_next_zone(rows, last + 1) if row.key]
    if not block or len(block) > _LONGEST_SIGNATURE:
        return
    short = []
    for row in block:
        if len(row.key) > _LONGEST_LINE or (_is_sentence(row.key) and not is_contact(row.key)):
            break  # a postscript: it and all below it stay
        short.append(row)
    if any(is_contact(row.key) or names_a_firm(row.key) or particulars(row.key) for row in short):
        _take_block(short, "contact_block")


def _take_impressum(rows: list[Row], group: list[int]) -> None:
    if not _is_company([rows[index] for index in group]):
        return
    for row in rows[group[0] : group[-1] + 1]:
        if row.is_author:
            row.take(Zone.SIGNATURE, "impressum")
    _take_neighbours(rows[max(0, group[0] - _CONTACT_REACH) : group[0]][::-1])
    _take_neighbours(rows[group[-1] + 1 : group[-1] + 1 + _CONTACT_REACH])


def _is_company(lines: list[Row]) -> bool:
    kinds: set[str] = set().union(*(particulars(row.key) for row in lines))
    return len(kinds) >= _PARTICULARS


def _take_neighbours(neighbours: list[Row]) -> None:
    """Address, phone and firm lines next to the particulars; the first other line ends it."""
    for row in neighbours:
        if not row.is_author:
            return
        if row.key:
            if _is_sentence(row.key) or len(row.key) > _LONGEST_LINE:
                return
            if not (is_contact(row.key) or names_a_firm(row.key)):
                return
            row.take(Zone.SIGNATURE, "impressum")


def _until_next_zone(rows: list[Row], start: int) -> list[Row]:
    block = []
    for row in rows[start : start + 4 * _LONGEST_SIGNATURE + 1]:
        if not row.is_author:
            break
        block.append(row)
    return block


def _may_be_signature(block: list[Row], *, strong: bool, drawn: bool) -> bool:
    lines = [row for row in block if row.key]
    if len(lines) > _LONGEST_SIGNATURE or len(block) > 4 * _LONGEST_SIGNATURE:
        return False
    if strong:
        return True
    # A rule line may also part two halves of a letter: sentences are no signature.
    if not lines or any(_is_sentence(row.key) for row in lines):
        return False
    return drawn or any(is_contact(row.key) or names_a_firm(row.key) for row in lines)


def _take_block(block: list[Row], rule: str) -> None:
    company = _is_company(block)
    for row in block:
        if company or not is_customer_data(row.key):
            row.take(Zone.SIGNATURE, rule)


def _is_sentence(key: str) -> bool:
    return key.endswith((".", "?", "!")) and key.count(" ") >= _SENTENCE_BLANKS


def _take_trailing_rule_lines(rows: list[Row]) -> None:
    """Rule lines at the end of the author's text separate nothing any more."""
    for row in reversed(rows):
        if row.is_author and row.key:
            if not _RULE_LINE.match(row.text.strip()):
                return
            row.take(Zone.SIGNATURE, "rule_line")
