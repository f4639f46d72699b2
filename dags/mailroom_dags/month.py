"""Which month a run is about."""

import re
from datetime import datetime

from mailroom.errors import MailroomError


class MonthError(MailroomError):
    """What was asked for is no month."""


def month_before(moment: datetime) -> str:
    """The month before that of ``moment``, as ``2026-03``.

    A cron run's data interval begins and ends at its own time in Airflow 3, so that the month is counted back from the
    interval's end.
    """
    year, month = (moment.year, moment.month - 1) if moment.month > 1 else (moment.year - 1, 12)
    return f"{year:04d}-{month:02d}"


def chosen_month(wish: str | None, moment: datetime) -> str:
    """The month that a person asked for, else the one before ``moment``.

    Raises:
        MonthError: the wish is no month.
    """
    if wish is None:
        return month_before(moment)
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", wish):
        raise MonthError("The month must be written as '2026-03'.")
    return wish
