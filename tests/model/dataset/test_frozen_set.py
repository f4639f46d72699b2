"""Which frozen test set a run measures on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.dataset.errors import DatasetError
from model.dataset.frozen_set import ChosenSet, FrozenSet, frozen_set_named, is_for_testing, set_of_run

MONTHS = ("2026-01", "2026-02", "2026-03")


def chosen(*, version: str = "2026.1", months: tuple[str, ...] = MONTHS, champions: str | None) -> ChosenSet:
    return set_of_run(taxonomy_version=version, months=months, champions=champions)


def test_without_a_champion_that_names_one_the_set_is_new_and_of_the_runs_month():
    assert chosen(champions=None) == ChosenSet(
        frozen_set=FrozenSet(taxonomy_version="2026.1", month="2026-03"), reason="New: no champion names a set."
    )


def test_while_the_taxonomy_stays_the_champions_set_does():
    assert chosen(champions="2026.1/2026-01") == ChosenSet(
        frozen_set=FrozenSet(taxonomy_version="2026.1", month="2026-01"), reason="The champion's."
    )


@pytest.mark.parametrize(
    ("version", "months", "why"),
    [
        ("2026.2", MONTHS, "the taxonomy is of version 2026.2 now"),
        ("2026.1", ("2026-02", "2026-03"), "this run has no export of 2026-01"),
        ("2026.1", ("2025-11", "2025-12"), "this run has no export of 2026-01"),
        ("2026.1", ("2026-01", "2027-01"), "that one is 12 months old"),
    ],
)
def test_it_is_renewed_when_labels_change_or_mails_are_missing_or_a_year_is_over(
    version: str, months: tuple[str, ...], why: str
):
    assert chosen(version=version, months=months, champions="2026.1/2026-01") == ChosenSet(
        frozen_set=FrozenSet(taxonomy_version=version, month=months[-1]),
        reason=f"New: the champion's is 2026.1/2026-01, and {why}.",
    )


def test_after_eleven_months_it_is_still_the_same():
    assert str(chosen(months=("2026-01", "2026-12"), champions="2026.1/2026-01").frozen_set) == "2026.1/2026-01"


@pytest.mark.parametrize("name", ["2026.1", "2026.1/", "/2026-01", "2026.1/2026-13", "2026.1/January", ""])
def test_a_name_in_another_form_is_refused(name: str):
    with pytest.raises(DatasetError, match=r"named like 2026\.1/2026-01"):
        frozen_set_named(name)


@given(version=st.text(min_size=1, max_size=10), year=st.integers(2000, 2099), month=st.integers(1, 12))
def test_a_set_is_found_again_by_its_name(version: str, year: int, month: int):
    frozen_set = FrozenSet(taxonomy_version=version, month=f"{year}-{month:02}")
    assert frozen_set_named(str(frozen_set)) == frozen_set


def test_a_fifth_of_all_mails_is_for_testing_whatever_else_there_is():
    ids = [f"mail {number}" for number in range(5000)]
    assert 900 < sum(map(is_for_testing, ids)) < 1100
    # Changing these would train the next model on what the last one was tested with.
    assert [one for one in ids if is_for_testing(one)][:3] == ["mail 5", "mail 6", "mail 7"]
