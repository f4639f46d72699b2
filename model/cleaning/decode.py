"""Bytes or text of unknown history to clean Unicode."""

from __future__ import annotations

import codecs
import re
import unicodedata

from ftfy import fix_encoding

from model.cleaning.lines import MARKS

# Fillers of newsletter preheaders and copy-and-paste rests; U+200D and U+200C stay (emoji, Persian).
_DROPPED = re.compile(f"[\u200b\u2060\ufeff\u00ad\u034f\x00{MARKS}]")
#: Lines repaired one by one where they cannot be repaired together.
MAX_REPAIRED = 2_000

_SURROGATE = re.compile("[\ud800-\udfff]")
# What UTF-8 read as cp1252 leaves behind: "Ã¼", "â€œ". ftfy is slow, so only such lines are given to it.
_MOJIBAKE = re.compile("[ÃÂ][\u0080-\u00bf\u0152-\u0192\u2013-\u2122]|â(?:€|\u0080|\u201a)")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: str | bytes, charset: str | None = None) -> str:
    """Return ``data`` as NFC text without fillers, lone surrogates and mojibake. Never raises.

    Bytes are read by their byte order mark, then strictly as ``charset`` if one is declared, then strictly
    as UTF-8, then as cp1252: valid UTF-8 by chance is next to impossible, and what is not UTF-8 in German
    mail is cp1252. Text with bytes smuggled through as surrogates (PEP 383) is decoded the same way.
    """
    if isinstance(data, bytes):
        text = _from_bytes(data, charset)
    elif _SURROGATE.search(data):
        text = _from_surrogates(data)
    else:
        text = data
    if text.isascii():
        return text.replace("\0", "")
    text = _DROPPED.sub("", _SURROGATE.sub("\ufffd", text))
    if _MOJIBAKE.search(text):
        text = _DROPPED.sub("", _repaired(text))
    return unicodedata.normalize("NFC", text)


def _repaired(text: str) -> str:
    """Only the lines that need it: a reply is often sound while the mail it quotes is not."""
    lines = text.split("\n")
    broken = [number for number, line in enumerate(lines) if _MOJIBAKE.search(line)]
    together = "\n".join(lines[number] for number in broken)
    fixed = fix_encoding(together).split("\n")
    if len(fixed) != len(broken) or _MOJIBAKE.search("\n".join(fixed)):
        fixed = [fix_encoding(lines[number]) for number in broken[:MAX_REPAIRED]]
    for number, line in zip(broken, fixed, strict=False):
        lines[number] = line
    return "\n".join(lines)


def _from_bytes(data: bytes, charset: str | None) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    for name in filter(None, (charset, "utf-8")):
        try:
            return data.decode(name)
        except (LookupError, ValueError, TypeError):  # unknown charset, wrong charset, not a text codec
            continue
    return data.decode("cp1252", "replace")


def _from_surrogates(text: str) -> str:
    try:
        return _from_bytes(text.encode("utf-8", "surrogateescape"), None)
    except UnicodeEncodeError:
        return text
