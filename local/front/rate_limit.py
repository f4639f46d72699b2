"""API Gateway's two limits: a token bucket for how fast, a counter for how many a day."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from local.accounts.inspect.rest_api import Limits


class TokenBucket:
    """Lets ``burst`` requests through at once and refills at ``rate`` a second; ``clock`` is in seconds."""

    def __init__(self, *, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens = self._burst
        self._filled_at = clock()

    def take(self) -> bool:
        """Whether a request may pass."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
            self._filled_at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True


def token_bucket(limits: Limits) -> TokenBucket | None:
    """The bucket of deployed limits; None if they limit no rate."""
    if limits.rate is None or limits.burst is None:
        return None
    return TokenBucket(rate=limits.rate, burst=limits.burst)


def _today() -> date:
    return datetime.now(UTC).date()


class DailyQuota:
    """Lets ``limit`` requests through on each day, which begins at midnight UTC."""

    def __init__(self, limit: int, *, today: Callable[[], date] = _today) -> None:
        self._limit = limit
        self._today = today
        self._lock = threading.Lock()
        self._day = today()
        self._used = 0

    def take(self) -> bool:
        """Whether a request may pass."""
        with self._lock:
            today = self._today()
            if today != self._day:
                self._day, self._used = today, 0
            if self._used >= self._limit:
                return False
            self._used += 1
            return True
