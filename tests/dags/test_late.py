"""An export that has not come on its day."""

from datetime import UTC, datetime, timedelta

from mailroom_retrain_helpers.late import awaited_line

BEGUN = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
AWAITED = "There is no manifest of 2026-03 yet."


def test_on_the_first_day_the_log_says_what_is_awaited():
    assert awaited_line(AWAITED, since=BEGUN, now=BEGUN + timedelta(hours=23, minutes=59)) == AWAITED


def test_from_the_second_day_on_the_line_bears_the_mark_that_the_alarm_counts():
    late = awaited_line(AWAITED, since=BEGUN, now=BEGUN + timedelta(days=1))
    assert late == "MAILROOM_EXPORT_LATE: There is no manifest of 2026-03 yet."
