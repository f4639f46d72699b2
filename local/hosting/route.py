"""Which model answers an invocation."""

import threading
from dataclasses import dataclass
from fractions import Fraction

from local.accounts.inspect.endpoint import Endpoint
from local.hosting.model_servers import ModelServer


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """A model in service."""

    deployed: Endpoint
    server: ModelServer


class Route:
    """Divides invocations between the model in force and one that is to take over.

    Not by chance: of any n invocations in a row the newcomer gets its share, rounded down, so that it can be counted.
    """

    def __init__(self, current: Hosted, newcomer: Hosted | None = None, *, share: Fraction = Fraction(0)) -> None:
        self.current = current
        self.newcomer = newcomer
        self.share = share
        self._begun = 0
        self._lock = threading.Lock()

    def choose(self) -> Hosted:
        """The one for the next invocation."""
        if self.newcomer is None:
            return self.current
        with self._lock:
            before = int(self._begun * self.share)
            self._begun += 1
            return self.newcomer if int(self._begun * self.share) > before else self.current
