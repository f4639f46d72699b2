"""How a request's mails are shared out over invocations."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mailroom.message import Email
from mailroom.wire.endpoint import batch_to_json
from mailroom.wire.request import Options

MAX_CHUNK_BYTES = 1_000_000
MAX_CHUNK_EMAILS = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """A mail and its position among the request's results."""

    position: int
    email: Email


Chunk = tuple[Numbered, ...]


def chunked(emails: Sequence[Numbered], options: Options) -> list[Chunk]:
    """The mails in order, in chunks of about equal number, each under 1 MB as JSON; a larger mail stands alone."""
    if not emails:
        return []
    at_most = math.ceil(len(emails) / math.ceil(len(emails) / MAX_CHUNK_EMAILS))
    chunks: list[Chunk] = []
    current: list[Numbered] = []
    size = 0
    for numbered in emails:
        # The size of a chunk of one, envelope included, so that a sum of them is never too small.
        own = len(batch_to_json([numbered.email], options))
        if current and (len(current) == at_most or size + own > MAX_CHUNK_BYTES):
            chunks.append(tuple(current))
            current, size = [], 0
        current.append(numbered)
        size += own
    return [*chunks, tuple(current)]
