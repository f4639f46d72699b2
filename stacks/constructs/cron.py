"""Schedules, written once as EventBridge cron expressions and read by Airflow too."""

import re

from config.errors import ConfigError

_FIELD = re.compile(r"[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*")


def unix_cron(expression: str) -> str:
    """The schedule ``cron(0 3 2 * ? *)`` as Airflow and Unix write it: ``0 3 2 * *``.

    The day of the month must be given and the day of the week left open: the two systems count weekdays differently,
    and only EventBridge knows years, ``L``, ``W`` and ``#``.

    Raises:
        ConfigError: the expression says what Airflow could not.
    """
    match = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) \? \*\)", expression)
    if match is not None:
        minute, hour, day, month = match.groups()
        given = all(_FIELD.fullmatch(field) for field in (minute, hour, day))
        if given and (month == "*" or _FIELD.fullmatch(month)):
            return f"{minute} {hour} {day} {month} *"
    raise ConfigError(
        f"orchestration: the schedule {expression!r} must have the form 'cron(MINUTE HOUR DAY MONTH ? *)' with plain "
        "numbers, such as 'cron(0 3 2 * ? *)', so that EventBridge and Airflow read the same."
    )
