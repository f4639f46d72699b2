"""One JSON line per event, by the standard library's logging."""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath

Facts = Mapping[str, str | float | bool | None]
"""Counts and names, never what a mail says."""

_logger = logging.getLogger("mailroom.function")


class _JsonLines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        # Looked up each time: Lambda and test runners replace the stream.
        print(record.getMessage(), file=sys.stdout, flush=True)


def write_json_lines() -> None:
    """Send this function's log to standard output as it is; without this, Lambda puts a prefix before each line."""
    _logger.setLevel(logging.INFO)
    _logger.propagate = False
    if not any(isinstance(handler, _JsonLines) for handler in _logger.handlers):
        _logger.addHandler(_JsonLines())


def write(event: str, facts: Facts, *, level: str = "info") -> None:
    """Log one event; ``level`` is info, warning or error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    if _logger.isEnabledFor(number):
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        _logger.log(number, "%s", json.dumps({"time": now, "level": level, "event": event, **facts}))


def place(error: BaseException) -> str:
    """Where an exception was raised, as file and line: its text might hold what a mail says."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
