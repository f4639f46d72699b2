"""Which frozen test set a run measures on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.dataset.errors import DatasetError
from model.dataset.frozen_set import (
    ChosenSet,
    FormerSet,
    FrozenSet,
    frozen_set_named,
    is_for_testing,
    months_between,
    set_of_run,
)

MONTHS = ("2026-01", "2026-02", "2026-03")
CHAMPIONS = FormerSet(name="2026.1/2026-01")


def chosen(*, version: str = "2026.1", months: tuple[str, ...] = MONTHS, former: FormerSet | None) -> ChosenSet:
    return set_of_run(taxonomy_version=version, months=months, former=former)


def test_without_a_champion_that_names_one_the_set_is_new_and_of_the_runs_month():
    assert chosen(former=None) == ChosenSet(
        frozen_set=FrozenSet(taxonomy_version="2026.1", month="2026-03"), reason="New: no champion names a set."
    )


def test_while_the_taxonomy_stays_the_champions_set_does():
    assert chosen(former=CHAMPIONS) == ChosenSet(
        frozen_set=FrozenSet(taxonomy_version="2026.1", month="2026-01"), reason="The champion's."
    )


@pytest.mark.parametrize(
    ("version", "months", "why"),
    [
        ("2026.2", MONTHS, "the taxonomy is of version 2026.2 now"),
        ("2026.1", ("2025-11", "2025-12"), "this run ends with 2025-12"),
        ("2026.1", ("2026-01", "2027-01"), "that one is 12 months old"),
    ],
)
def test_it_is_renewed_when_labels_change_or_the_run_ends_before_it_or_a_year_is_over(
    version: str, months: tuple[str, ...], why: str
):
    assert chosen(version=version, months=months, former=CHAMPIONS) == ChosenSet(
        frozen_set=FrozenSet(taxonomy_version=version, month=months[-1]),
        reason=f"New: the champion's is 2026.1/2026-01, and {why}.",
    )


def test_it_outlives_the_exports_that_it_was_chosen_from():
    assert chosen(months=("2026-02", "2026-03"), former=CHAMPIONS).reason == "The champion's."


def test_a_set_whose_mails_cannot_be_had_is_made_anew_under_another_name():
    lost = FormerSet(name="2026.1/2026-03", problem="its mails are kept no longer")
    assert chosen(former=lost) == ChosenSet(
        frozen_set=FrozenSet(taxonomy_version="2026.1", month="2026-03", revision=2),
        reason="New: the champion's is 2026.1/2026-03, and its mails are kept no longer.",
    )


@pytest.mark.parametrize(
    ("month", "name"), [("2026-03", "2026.1/2026-03-r3"), ("2026-04", "2026.1/2026-04"), ("2026-02", "2026.1/2026-02")]
)
def test_a_renewed_set_never_has_the_name_of_the_former(month: str, name: str):
    assert str(frozen_set_named("2026.1/2026-03-r2").renewed(month)) == name


def test_after_eleven_months_it_is_still_the_same():
    assert str(chosen(months=("2026-01", "2026-12"), former=CHAMPIONS).frozen_set) == "2026.1/2026-01"


@pytest.mark.parametrize(
    "name",
    ["2026.1", "2026.1/", "/2026-01", "2026.1/2026-13", "2026.1/January", "", "2026.1/2026-01-r1", "2026.1/2026-01-2"],
)
def test_a_name_in_another_form_is_refused(name: str):
    with pytest.raises(DatasetError, match=r"named like 2026\.1/2026-01"):
        frozen_set_named(name)


@given(
    version=st.text(min_size=1, max_size=10),
    year=st.integers(2000, 2099),
    month=st.integers(1, 12),
    revision=st.integers(1, 120),
)
def test_a_set_is_found_again_by_its_name(version: str, year: int, month: int, revision: int):
    frozen_set = FrozenSet(taxonomy_version=version, month=f"{year}-{month:02}", revision=revision)
    assert frozen_set_named(str(frozen_set)) == frozen_set


def test_a_fifth_of_all_keys_is_for_testing_whatever_else_there_is():
    keys = [f"mail {number}" for number in range(5000)]
    assert 900 < sum(map(is_for_testing, keys)) < 1100


@pytest.mark.parametrize(
    ("months", "missing"),
    [
        (["2026-01"], []),
        (["2026-01", "2026-02"], []),
        (["2025-11", "2026-02", "2026-04"], ["2025-12", "2026-01", "2026-03"]),
    ],
)
def test_months_that_are_missing_in_between_are_named(months: list[str], missing: list[str]):
    assert months_between(months) == missing
