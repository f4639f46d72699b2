"""Which state an alarm has, given its last periods.

Of more periods than it looks at, CloudWatch takes the newest that have data, and fills in for missing ones as seldom as
it can; how many more it reads is not documented, the examples have two.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

import operator
from collections.abc import Callable, Mapping, Sequence

from local.alarms.errors import AlarmError

OK = "OK"
ALARM = "ALARM"
INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
MORE_PERIODS = 2

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def breaches(comparison: str, value: float, threshold: float) -> bool:
    """Whether a period's value is beyond the threshold; raises AlarmError."""
    if comparison not in _COMPARISONS:
        raise AlarmError(f"The comparison {comparison!r} is not known here; known are {', '.join(_COMPARISONS)}.")
    return _COMPARISONS[comparison](value, threshold)


def state(breaching: Sequence[bool | None], *, evaluation_periods: int, needed: int, missing_data: str) -> str | None:
    """The state after these periods, the newest last: beyond the threshold, within it, or None without data.

    ``needed``: how many of ``evaluation_periods`` must be beyond it. None: the state stays as it is.
    """
    real = [one for one in breaching if one is not None][-evaluation_periods:]
    beyond, missing = sum(real), evaluation_periods - len(real)
    if beyond >= needed:
        return ALARM
    if missing_data == "breaching":
        return ALARM if beyond + missing >= needed else OK
    if missing_data == "notBreaching" or not all(real) or not missing:
        return OK
    # Whatever there is lies beyond the threshold, if there is anything.
    if missing_data == "ignore":
        return None
    return ALARM if real else INSUFFICIENT_DATA
