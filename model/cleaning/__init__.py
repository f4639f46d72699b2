"""The mail cleaner: what a customer wrote, without what clients, companies and laws put around it.

    >>> visible_text("Wo bleibt mein Paket?\\nAm 1.5.2024 schrieb Eva <eva@web.de>:\\n> Guten Tag")
    'Wo bleibt mein Paket?'

``visible_text`` and ``core_text`` are defined over ``zones``, which says for each line where it belongs and
which rule said so. The package needs the standard library, resiliparse and ftfy, and nothing else.
"""

from __future__ import annotations

from model.cleaning.lines import Line, Zone
from model.cleaning.zones import VISIBLE, joined, zones

__all__ = ["Line", "Zone", "core_text", "visible_text", "zones"]

_CORE = frozenset((Zone.AUTHOR,))


def visible_text(text: str | bytes, kind: str = "text") -> str:
    """Return what the author wrote, with greeting and sign-off.

    ``kind`` is "text", "html" or "mime" (a whole RFC 5322 message). Quotes, headers, signatures, notices,
    form labels and device footers are dropped. A mail that holds text is never emptied: one that is only a
    conversation keeps its newest quoted message, any other all of its text. Raises ValueError for an unknown
    kind, and nothing else.
    """
    return joined(zones(text, kind), VISIBLE)


def core_text(text: str | bytes, kind: str = "text") -> str:
    """Return ``visible_text`` without greeting and sign-off: what the model reads.

    A mail that is only greeting and sign-off keeps them. Raises ValueError for an unknown kind.
    """
    lines = zones(text, kind)
    return joined(lines, _CORE) or joined(lines, VISIBLE)
