"""The instant by which a call must have ended."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """``at`` is on the clock of ``time.monotonic``, in seconds."""

    at: float

    @classmethod
    def within(cls, seconds: float) -> "Deadline":
        """The deadline ``seconds`` from now."""
        return cls(at=time.monotonic() + seconds)

    def or_within(self, seconds: float) -> "Deadline":
        """The earlier of this deadline and the one ``seconds`` from now."""
        return Deadline(at=min(self.at, time.monotonic() + seconds))

    def sooner_by(self, seconds: float) -> "Deadline":
        """The instant ``seconds`` before this deadline."""
        return Deadline(at=self.at - seconds)

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at - time.monotonic())
