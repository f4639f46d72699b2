"""A month's export of made-up mails, which a tiny encoder learns in seconds."""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from typing import Any

PARENTS = {"transfers": "brokerage", "fees": "brokerage", "address": "operations"}
_WORDS = {
    "transfers": ("depot", "übertragen", "wertpapiere", "lagerstelle"),
    "fees": ("gebühr", "rechnung", "entgelt", "kosten"),
    "address": ("umgezogen", "adresse", "wohnort", "straße"),
}
_SYLLABLES = ("ka", "lo", "mi", "ren", "sta", "tu", "vel", "bor", "dan", "fi", "gus", "har")


def mails(number: int, *, seed: int = 7) -> list[dict[str, Any]]:
    """Mails that are no near-duplicates of each other: what they say of their queue stands among words of nobody."""
    drawn = random.Random(seed)
    queues = list(_WORDS)
    return [_mail(drawn, position, queues[position % len(queues)]) for position in range(number)]


def _mail(drawn: random.Random, position: int, queue: str) -> dict[str, Any]:
    noise = ["".join(drawn.choices(_SYLLABLES, k=3)) for _ in range(30)]
    words = [*noise, *drawn.choices(_WORDS[queue], k=6)]
    drawn.shuffle(words)
    return {
        "id": f"mail-{position:04d}",
        "language": "de",
        "subject": f"{drawn.choice(_WORDS[queue])} {words[0]}",
        "body": f"Sehr geehrte Damen und Herren, {' '.join(words)}. Mit freundlichen Grüßen",
        "body_format": "text",
        "custodian_banks": [],
        "received_at": f"2026-02-{1 + position % 28:02d}T08:00:00Z",
        "thread_id": f"thread-{position:04d}",
        "line_of_business": PARENTS[queue],
        "queue": queue,
    }


def lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def manifest(month: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the CRM says of an export."""
    content = lines(rows)
    return {
        "month": month,
        "rows": len(rows),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
