"""The tables of CloudWatch's documentation: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"""

import pytest

from local.alarms.errors import AlarmError
from local.alarms.state import breaches, state

POINTS = {"X": True, "0": False, "-": None}
MEANINGS = ("missing", "ignore", "breaching", "notBreaching")


def states(periods: str, needed: int) -> tuple[str | None, ...]:
    points = [POINTS[point] for point in periods.split()]
    return tuple(state(points, evaluation_periods=3, needed=needed, missing_data=meaning) for meaning in MEANINGS)


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ("0 - X - X", ("OK", "OK", "OK", "OK")),
        ("0 - - - -", ("OK", "OK", "OK", "OK")),
        ("- - - - -", ("INSUFFICIENT_DATA", None, "ALARM", "OK")),
        ("0 X X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("- - X - -", ("ALARM", None, "ALARM", "OK")),
    ],
)
def test_three_of_three(periods: str, expected: tuple[str | None, ...]):
    assert states(periods, needed=3) == expected


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ("0 - X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 0 X 0 X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 - X - -", ("OK", "OK", "ALARM", "OK")),
        ("- - - - 0", ("OK", "OK", "ALARM", "OK")),
        ("- - - - X", ("ALARM", None, "ALARM", "OK")),
        ("X X 0 0 0", ("OK", "OK", "OK", "OK")),
    ],
)
def test_two_of_three(periods: str, expected: tuple[str | None, ...]):
    assert states(periods, needed=2) == expected


@pytest.mark.parametrize(
    ("comparison", "beyond"),
    [
        ("GreaterThanThreshold", [False, False, True]),
        ("GreaterThanOrEqualToThreshold", [False, True, True]),
        ("LessThanThreshold", [True, False, False]),
        ("LessThanOrEqualToThreshold", [True, True, False]),
    ],
)
def test_a_value_is_compared_with_the_threshold(comparison: str, beyond: list[bool]):
    assert [breaches(comparison, value, 1.0) for value in (0.5, 1.0, 1.5)] == beyond


def test_an_unknown_comparison_is_refused_with_a_sentence():
    with pytest.raises(AlarmError) as caught:
        breaches("GreaterThanUpperThreshold", 1.0, 1.0)
    assert str(caught.value) == (
        "The comparison 'GreaterThanUpperThreshold' is not known here; known are GreaterThanThreshold, "
        "GreaterThanOrEqualToThreshold, LessThanThreshold, LessThanOrEqualToThreshold."
    )
