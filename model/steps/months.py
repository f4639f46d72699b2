"""Monthly exports in a folder: one folder a month (``2026-03``), in it ``export.*``."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from model.dataset.errors import DatasetError
from model.dataset.frozen_set import is_month

PREVIOUS = "previous"


@dataclass(frozen=True, kw_only=True)
class MonthlyExports:
    """The exports of all months up to ``newest``, oldest first."""

    newest: str
    files: tuple[Path, ...]
    newest_folder: Path

    @property
    def months(self) -> tuple[str, ...]:
        """The months that have an export, oldest first."""
        return tuple(dict.fromkeys(file.parent.name for file in self.files))


def month_asked_for(month: str, *, started_at: str) -> str:
    """``month`` (``YYYY-MM``), or for ``previous`` the one before the month of ``started_at`` (ISO 8601).

    Raises:
        DatasetError: neither is it, or ``started_at`` is no time.
    """
    if month != PREVIOUS:
        if not is_month(month):
            raise DatasetError(f"The month of the export must be {PREVIOUS!r} or of the form 2026-03, not {month!r}.")
        return month
    try:
        start = datetime.fromisoformat(started_at)
    except ValueError:
        raise DatasetError(f"The start of the run must be a time as in ISO 8601, not {started_at!r}.") from None
    year, before = (start.year - 1, 12) if start.month == 1 else (start.year, start.month - 1)
    return f"{year:04}-{before:02}"


def exports_until(folder: Path, month: str) -> MonthlyExports:
    """The exports of ``month`` and of all months before it.

    Raises:
        DatasetError: there is no export of ``month``.
    """
    months = sorted(path for path in folder.iterdir() if path.is_dir() and is_month(path.name))
    chosen = [path for path in months if path.name <= month]
    files = {path: sorted(path.glob("export.*")) for path in chosen}
    if not chosen or chosen[-1].name != month or not files[chosen[-1]]:
        there = f"; the newest there is {months[-1].name}" if months else ""
        raise DatasetError(f"There is no export of {month}: upload it as {month}/export.jsonl{there}.")
    return MonthlyExports(
        newest=month, files=tuple(file for path in chosen for file in files[path]), newest_folder=chosen[-1]
    )
