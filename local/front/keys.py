"""API keys as API Gateway has them: a caller's key, and the id under which it is known."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from mailroom.errors import MailroomError


class ApiKeyError(MailroomError):
    """The keys cannot be read."""


def _id(key: str) -> str:
    # Looked up by digest, so that comparing takes no longer for a key that is nearly right.
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()[:20]


class ApiKeys:
    """The keys that are let in."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._ids = frozenset(map(_id, keys))

    @classmethod
    def from_file(cls, path: Path) -> "ApiKeys":
        """One key a line; raises ApiKeyError."""
        try:
            lines = path.read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            raise ApiKeyError(f"The API key file {path} cannot be read.") from None
        if not lines:
            raise ApiKeyError(f"The API key file {path} holds no key.")
        return cls(lines)

    def id_of(self, key: str | None) -> str | None:
        """The id of a valid key, None for any other."""
        if key is None:
            return None
        found = _id(key)
        return found if found in self._ids else None
