"""What became of the last invocations of an endpoint, for whoever makes metrics of it. Nothing of their content."""

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """``at``: when it was answered, seconds since 1970. ``status``: what the model's server answered. ``seconds``: how
    long that took. ``config``: the endpoint configuration of the fleet that was chosen; ``model_package``: the ARN of
    its model, None for one without.
    """

    at: float
    status: int
    seconds: float
    config: str
    variant: str
    model_package: str | None


class InvocationLog:
    """The newest records of one endpoint; each has a number, the cursor is the last one's.

    The first number is taken from the clock, so that those of a process that was started again are higher.
    """

    def __init__(self) -> None:
        self._records: deque[Record] = deque(maxlen=KEPT)
        self._cursor = int(time.time() * 1000)
        self._lock = threading.Lock()

    def add(self, record: Record) -> None:
        """Take one in; the oldest goes if there are too many."""
        with self._lock:
            self._records.append(record)
            self._cursor += 1

    def after(self, cursor: int) -> dict[str, Any]:
        """The records behind a cursor, as far as they are kept, and the cursor of the last one."""
        with self._lock:
            number = max(0, min(self._cursor - cursor, len(self._records)))
            newest = list(self._records)[len(self._records) - number :]
            return {"cursor": self._cursor, "records": [asdict(record) for record in newest]}
