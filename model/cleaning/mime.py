"""The body of a MIME message (RFC 2045-2049): one readable part, and whether it is text or HTML."""

from __future__ import annotations

import email
import re
from email import policy
from email.message import Message

from model.cleaning.decode import decode

#: Parts that are looked at; a mail with more is an attack or a mailbox, not an inquiry.
MAX_PARTS = 2_000
MAX_BOUNDARIES = 100

_BOUNDARY = re.compile(rb'boundary="?([^"\s;]{1,70})', re.IGNORECASE)
_MIME_LINE = re.compile(r"--\S|content-[a-z-]+:|mime-version:", re.IGNORECASE)


def body(data: str | bytes) -> tuple[str, str]:
    """Return (text, kind) of the part a person would read; kind is "text" or "html". Never raises.

    The plain part wins over its HTML twin unless it is blank; attachments are no body. Plain parts in a row
    (Apple Mail writes text, picture, text) are joined. What cannot be parsed is read as text without its
    header block.
    """
    raw = data if isinstance(data, bytes) else _to_bytes(data)
    plain: list[str] = []
    markup: list[str] = []
    if _is_bearable(raw):
        try:
            plain, markup = _readable(email.message_from_bytes(raw, policy=policy.default))
        except Exception:  # the email package raises almost anything on hostile headers
            plain, markup = [], []
    if any(text.strip() for text in plain):
        return "\n".join(plain), "text"
    if any(text.strip() for text in markup):
        return "\n".join(markup), "html"
    return _source(decode(raw)), "text"


def _is_bearable(raw: bytes) -> bool:
    """Whether parsing takes time in proportion: the parser tries every open boundary on every line."""
    boundaries = set(_BOUNDARY.findall(raw))
    if len(boundaries) > MAX_BOUNDARIES:
        return False
    return sum(raw.count(b"--" + boundary) for boundary in boundaries) <= MAX_PARTS


def _to_bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _readable(message: Message) -> tuple[list[str], list[str]]:
    """The plain and the HTML texts, in order; a stack of our own, because nesting may be 1,500 deep."""
    plain: list[str] = []
    markup: list[str] = []
    stack: list[Message] = [message]
    attached: list[Message] = []
    for _ in range(MAX_PARTS):
        if not stack and attached and not any(text.strip() for text in (*plain, *markup)):
            stack, attached = attached[::-1], []  # a mail forwarded as attachment, and nothing else
        if not stack:
            break
        part = stack.pop()
        kind = part.get_content_type()
        inner = part.get_payload()
        if isinstance(inner, list):
            parts = [one for one in inner if isinstance(one, Message)]
            if kind == "message/rfc822":
                attached.extend(parts)
            else:
                stack.extend(reversed(parts))
        elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            (plain if kind == "text/plain" else markup).append(_content(part))
    return plain, markup


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return decode(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""


def _source(text: str) -> str:
    """The unparsed message without the lines that are MIME's own, or all of it if nothing is left."""
    kept = "\n".join(line for line in _below_headers(text.splitlines()) if not _MIME_LINE.match(line))
    return kept if kept.strip() else text


def _below_headers(lines: list[str]) -> list[str]:
    """The lines after a leading block of "Name: value" lines, or all of them."""
    for number, line in enumerate(lines):
        if not line.strip():
            return lines[number:] if number else lines
        name = line.partition(":")[0]
        if not line.startswith((" ", "\t")) and (name == line or " " in name):
            return lines
    return lines
