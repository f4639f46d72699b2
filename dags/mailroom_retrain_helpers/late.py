"""An export that has not come on its day."""

from datetime import datetime, timedelta

LATE_MARK = "MAILROOM_EXPORT_LATE"
"""The alarm ``export-late`` counts the log's lines with it."""

LATE_AFTER = timedelta(days=1)


def awaited_line(awaited: str, *, since: datetime, now: datetime) -> str:
    """What the log says of an export that a run has ``awaited`` since it began; marked from the second day on."""
    return f"{LATE_MARK}: {awaited}" if now - since >= LATE_AFTER else awaited
