"""Cells of an export as what they mean. What is wrong is said by kind, never with the cell's content."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from mailroom.message import BodyFormat
from model.dataset.text_lines import decoded

# What exporting programs write into text files for a cell that holds nothing. Not "none": that is a real label.
_NOTHING = frozenset({"", "nan", "NaN", "NaT", "null", "NULL"})
_FORMATS = {
    "text": BodyFormat.TEXT,
    "plain": BodyFormat.TEXT,
    "text/plain": BodyFormat.TEXT,
    "html": BodyFormat.HTML,
    "text/html": BodyFormat.HTML,
    "mime": BodyFormat.MIME,
    "message/rfc822": BodyFormat.MIME,
}


class CellError(ValueError):
    """What is wrong with a cell, as the end of a sentence about it."""


def text_of(value: Any) -> str:
    """A cell as text, without lone surrogates (which no file can carry); None and NaN are empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return decoded(value).text
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas turns a column of whole numbers with gaps into floats
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not isinstance(value, str | int | float):
        raise CellError("holds a list or a table where text should stand")
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def body_of(value: Any) -> str | bytes:
    """A body's cell; bytes (of a MIME message) stay bytes."""
    return value if isinstance(value, bytes) else text_of(value)


def word_of(value: Any) -> str | None:
    """A label, id or code: its text without space around it, or None for nothing."""
    text = text_of(value).strip()
    return None if text in _NOTHING else text


def names_of(value: Any) -> tuple[str, ...]:
    """Several names: a list, or text with ``;`` or ``|`` between them."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        parts = [text_of(part) for part in value]
    else:
        parts = (word_of(value) or "").replace("|", ";").split(";")
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def language_of(value: Any) -> str | None:
    """A language's code without its region: ``de`` for ``de-CH``."""
    word = word_of(value)
    return word.lower().replace("_", "-").partition("-")[0] if word else None


def body_format_of(value: Any) -> BodyFormat:
    """How a body is written; nothing means text."""
    word = word_of(value)
    try:
        return _FORMATS[word.lower()] if word else BodyFormat.TEXT
    except KeyError:
        raise CellError("holds none of text, html and mime") from None


def instant_of(value: Any) -> str | None:
    """An instant in ISO 8601, or None for nothing; raises CellError if it is not one."""
    word = word_of(value)
    if word is None:
        return None
    try:
        return datetime.fromisoformat(word).isoformat()
    except ValueError:
        raise CellError("is not an ISO 8601 date and time") from None
