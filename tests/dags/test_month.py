"""Which month a run of a DAG is about."""

from datetime import UTC, datetime

import pytest

from mailroom_dags.month import MonthError, chosen_month, month_before

SECOND_OF_APRIL = datetime(2026, 4, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (SECOND_OF_APRIL, "2026-03"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2025-12"),
        (datetime(2026, 3, 31, 23, 59, tzinfo=UTC), "2026-02"),
    ],
)
def test_a_run_is_about_the_month_before_its_data_interval_ends(moment: datetime, month: str):
    assert month_before(moment) == month


def test_a_person_may_ask_for_another_month():
    assert chosen_month("2025-11", SECOND_OF_APRIL) == "2025-11"


def test_without_a_wish_it_is_the_last_month():
    assert chosen_month(None, SECOND_OF_APRIL) == "2026-03"


@pytest.mark.parametrize("wish", ["March", "2026-13", "2026-3", "2026-03-01", ""])
def test_a_wish_that_is_no_month_is_refused(wish: str):
    with pytest.raises(MonthError, match=r"^The month must be written as '2026-03'\.$"):
        chosen_month(wish, SECOND_OF_APRIL)
