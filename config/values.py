"""What a setting's value may be. Each check raises ValueError with one sentence that begins with the setting's name."""

import re
from collections.abc import Collection, Sequence

CENTURY = 36_500
"""Days: longer is meant as for ever, and has no setting here."""

LOG_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""

_ROLE = r"arn:aws:iam::[0-9]{12}:role/[\w+=,.@/-]+"
_PERSON = r"arn:aws:iam::[0-9]{12}:(role|user)/[\w+=,.@/-]+"


def within(name: str, value: float, lowest: float, highest: float) -> None:
    """``value`` lies between the two, or is one of them."""
    if not lowest <= value <= highest:
        raise ValueError(f"{name} must lie between {_number(lowest)} and {_number(highest)}, not {_number(value)}.")


def at_least(name: str, value: float, lowest: float) -> None:
    """``value`` is ``lowest`` or more."""
    if value < lowest:
        raise ValueError(f"{name} must be {_number(lowest)} or more, not {_number(value)}.")


def share(name: str, value: float) -> None:
    """``value`` is a part of a whole that an alarm can compare with: none at all would always be exceeded."""
    if not 0 < value <= 1:
        raise ValueError(f"{name} must be above 0 and at most 1, not {_number(value)}.")


def days(name: str, value: int) -> None:
    """``value`` is a number of days that objects or rows can be kept."""
    within(name, value, 1, CENTURY)


def log_days(name: str, value: int) -> None:
    """``value`` is a retention that CloudWatch Logs offers."""
    if value not in LOG_DAYS:
        near = min(LOG_DAYS, key=lambda offered: abs(offered - value))
        raise ValueError(f"{name}: CloudWatch Logs offers no retention of {value} days; the nearest is {near}.")


def matches(name: str, value: str, pattern: str, meant: str) -> None:
    """The whole of ``value`` has the form ``pattern``, which ``meant`` says in words."""
    # ASCII: what looks like a letter to Python is none to AWS.
    if not re.fullmatch(pattern, value, re.ASCII):
        raise ValueError(f"{name}: {value!r} must be {meant}.")


def all_different(name: str, values: Sequence[str]) -> None:
    """Nothing stands twice among ``values``."""
    twice = [value for value in values if values.count(value) > 1]
    if twice:
        raise ValueError(f"{name}: {twice[0]!r} stands twice; take one out.")


def exactly(name: str, keys: Collection[str], wanted: Collection[str], meant: str) -> None:
    """``keys`` are the ``wanted`` ones, which ``meant`` says in words."""
    if set(keys) != set(wanted):
        raise ValueError(f"{name} must name exactly {meant}.")


def role(name: str, arn: str) -> None:
    """``arn`` is of one role: no wildcard, no account as a whole."""
    if not re.fullmatch(_ROLE, arn, re.ASCII):
        raise ValueError(f"{name}: {arn!r} is not the ARN of one role; write it out, without wildcards.")


def person(name: str, arn: str) -> None:
    """``arn`` is of one role or user: no wildcard, no account as a whole, no session."""
    if not re.fullmatch(_PERSON, arn, re.ASCII):
        raise ValueError(f"{name}: {arn!r} is not the ARN of one role or user; write it out, without wildcards.")


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"
