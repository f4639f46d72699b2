"""What the cleaner says about a line: its zone and the rule that put it there."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from enum import Enum

#: Characters of a line that rules look at. A longer line is prose: no client writes a header that long.
LOOK_AT = 400

#: Lines that are looked at one by one. What lies beyond stays together as one last line, so that a mail of
#: a million line breaks costs no more than a long one.
MAX_ROWS = 10_000

# Private-use marks that html_body.py wraps around structural quotes and signatures. decode.py and
# html_body.py remove them from the mail itself, so a sender cannot forge them.
OPEN_QUOTE, OPEN_SIGNATURE, CLOSE = "\ue0f0", "\ue0f1", "\ue0f2"
MARKS = OPEN_QUOTE + OPEN_SIGNATURE + CLOSE


class Zone(Enum):
    """The part of a mail that a line belongs to."""

    AUTHOR = "author"
    GREETING = "greeting"
    CLOSING = "closing"
    SIGNATURE = "signature"
    QUOTE = "quote"
    HEADER = "header"
    NOTICE = "notice"
    FORM_FIELD = "form_field"
    DEVICE_FOOTER = "device_footer"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the decoded mail.

    ``text`` is the line without trailing white space, ``rule`` the name of the rule that chose ``zone``
    ("" for the author's own text). The last line of a mail of more than ``MAX_ROWS`` lines may itself hold
    line breaks.
    """

    text: str
    zone: Zone
    rule: str


@dataclass(slots=True)
class Row:
    """A line while the rules work on it.

    ``bare`` is the line's first ``LOOK_AT`` characters without quote marks, emphasis and outer white space,
    ``key`` the same case-folded (so "Grüße" and "GRÜSSE" are both "grüsse"); ``depth`` counts quote marks.
    """

    text: str
    bare: str
    key: str
    depth: int
    zone: Zone = field(default=Zone.AUTHOR)
    rule: str = ""

    @property
    def is_author(self) -> bool:
        """Whether no rule has taken the line yet."""
        return self.zone is Zone.AUTHOR

    def take(self, zone: Zone, rule: str) -> None:
        """Put the line into ``zone`` on behalf of ``rule``."""
        self.zone, self.rule = zone, rule


_SPACE = re.compile(r"\s+")
# Invisible joiners stay in the text (emoji and Persian need them) but must not hide a word from a rule.
_INVISIBLE = re.compile("[\u200c\u200d\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_QUOTE_MARKS = re.compile(r"[> \t\u00a0]*>")
# ">:" and "> wrote:" are the end of a wrapped "<address>", not a quoted line (Gmail, Apple Mail).
_WRAPPED_ADDRESS_END = re.compile(r">(?: ?:| (?:wrote|schrieb|a écrit ?):)$")


def row(text: str) -> Row:
    """The working form of one line."""
    text = text.rstrip()
    seen = text[:LOOK_AT].strip()
    depth = 0
    if seen.startswith(">") and not _WRAPPED_ADDRESS_END.match(seen):
        marks = _QUOTE_MARKS.match(seen)
        if marks:
            depth = marks.group().count(">")
            seen = seen[marks.end() :]
    if "&" in seen:
        seen = html.unescape(seen)
    bare = _SPACE.sub(" ", _INVISIBLE.sub("", seen)).strip(" *")
    return Row(text, bare, bare.casefold(), depth)


def rows(text: str) -> list[Row]:
    """The mail's lines; runs of blank lines shrink to two, structural marks become zones."""
    out: list[Row] = []
    opened: list[str] = []
    blanks = 0
    lines = text.splitlines()
    marked = any(mark in text for mark in MARKS)
    for number, line in enumerate(lines):
        mark = line.strip() if marked else ""
        if mark and mark in (OPEN_QUOTE, OPEN_SIGNATURE):
            opened.append(mark)
            continue
        if mark == CLOSE:
            if opened:
                opened.pop()
            continue
        blanks = 0 if line.strip() else blanks + 1
        if blanks > 2:
            continue
        if len(out) == MAX_ROWS:
            last = row("\n".join(lines[number:]))
            out.append(Row(last.text, last.bare, last.key, 0))
            break
        new = row(line)
        if OPEN_QUOTE in opened:
            new.take(Zone.QUOTE, "html_quote")
        elif opened:
            new.take(Zone.SIGNATURE, "html_signature")
        out.append(new)
    return out


def following(all_rows: list[Row], index: int, reach: int = 6) -> Row | None:
    """The next line with text after ``index``, at most ``reach`` lines away."""
    for candidate in all_rows[index + 1 : index + 1 + reach]:
        if candidate.key or candidate.depth:
            return candidate
    return None


def paragraphs(all_rows: list[Row]) -> list[list[Row]]:
    """Runs of author lines without a blank line or another zone between them."""
    out: list[list[Row]] = []
    current: list[Row] = []
    for one in all_rows:
        if one.key and one.is_author:
            current.append(one)
        elif current:
            out.append(current)
            current = []
    if current:
        out.append(current)
    return out
