"""How often something was right, and how sure that is."""

from dataclasses import dataclass
from math import sqrt

# The 97.5 % quantile of the normal distribution: an interval of 95 %.
_Z = 1.959964


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """``right`` of ``cases``."""

    cases: int
    right: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None without cases."""
        return self.right / self.cases if self.cases else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % score interval, sound for few cases too; None without cases. Wilson, JASA 22 (1927)."""
        if not self.cases:
            return None
        n, share = self.cases, self.right / self.cases
        whole = 1 + _Z * _Z / n
        middle = (share + _Z * _Z / (2 * n)) / whole
        half = _Z / whole * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
        # The share itself lies in the interval; rounding must not push it out where it is 0 or 1.
        return min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)
