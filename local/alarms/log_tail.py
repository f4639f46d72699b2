"""The lines that a function adds to its log."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_BACK_BYTES = 4 << 20
"""How far back the first look goes: what is older than a few periods counts for no alarm."""


class LogTail:
    """A log file, which need not be there yet; ``look`` goes on where the last one ended."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._place: int | None = None

    def look(self) -> Iterator[Mapping[str, Any]]:
        """The objects among the lines that were finished since the last look."""
        try:
            size = self._file.stat().st_size
        except OSError:
            self._place = 0
            return
        if self._place is None:
            self._place = max(0, size - _BACK_BYTES)
        elif size < self._place:  # begun anew
            self._place = 0
        if size == self._place:
            return
        with self._file.open("rb") as log:
            log.seek(self._place)
            finished, newline, _ = log.read(size - self._place).rpartition(b"\n")
        self._place += len(finished) + len(newline)
        for line in finished.splitlines():
            found = _object(line)
            if found is not None:
                yield found


def _object(line: bytes) -> Mapping[str, Any] | None:
    """What a program prints beside its log, tracebacks for instance, is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
