"""The callers: who a key belongs to, and what its usage plan still allows."""

import hashlib
from collections.abc import Iterable

from local.accounts.inspect.rest_api import ApiKey
from local.front.rate_limit import DailyQuota, token_bucket


class Caller:
    """The holder of one key."""

    def __init__(self, key: ApiKey) -> None:
        self.key = key
        limits = key.limits
        self._bucket = token_bucket(limits)
        # A week's or a month's quota is not counted: nothing runs that long here.
        self._quota = DailyQuota(limits.quota) if limits.quota is not None and limits.period == "DAY" else None

    def exceeded(self) -> str | None:
        """Count a request; the type of the refusal if it is one too many."""
        if self._quota is not None and not self._quota.take():
            return "QUOTA_EXCEEDED"
        if self._bucket is not None and not self._bucket.take():
            return "THROTTLED"
        return None


class Callers:
    """All who are let in: the holders of enabled keys."""

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._callers = {_digest(key.value): Caller(key) for key in keys if key.enabled}

    def of(self, key: str | None) -> Caller | None:
        """The holder of a valid key, None for any other."""
        return None if key is None else self._callers.get(_digest(key))


def _digest(key: str) -> bytes:
    # Looked up by digest, so that comparing takes no longer for a key that is nearly right.
    return hashlib.sha256(key.encode(errors="surrogateescape")).digest()
