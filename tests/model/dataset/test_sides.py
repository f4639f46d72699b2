"""Which groups are learned from, and which are held back."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from model.dataset.frozen_set import is_for_testing
from model.dataset.sides import HELD, LEARNED, SideRow, sides_of

FOR_TESTING, FOR_TRAINING = (
    next(key for key in (f"key {number}" for number in range(99)) if is_for_testing(key) is wanted)
    for wanted in (True, False)
)
FEES = ("queue", "fees")


def row(key: str = FOR_TRAINING, group: int = 0, label: str = "fees", **more: object) -> SideRow:
    return SideRow(**{"key": key, "group": group, "labels": {"queue": label}, **more})


def test_a_new_group_goes_as_a_whole_where_its_oldest_mails_key_is_drawn_for():
    rows = [row(FOR_TESTING), row(FOR_TRAINING), row(FOR_TRAINING, 1), row(FOR_TESTING, 1)]
    assert sides_of(rows, taught=[]) == [HELD, HELD, LEARNED, LEARNED]


def test_a_group_that_grows_keeps_the_side_that_it_had():
    rows = [row(FOR_TESTING, decided=LEARNED), row(FOR_TESTING), row(group=1, decided=HELD), row(group=1)]
    assert sides_of(rows, taught=[]) == [LEARNED, LEARNED, HELD, HELD]


def test_a_mail_between_two_groups_is_left_out_and_moves_neither():
    assert sides_of([row(decided=LEARNED), row(decided=HELD), row()], taught=[]) == [LEARNED, HELD, None]


def test_the_exports_mark_decides_on_a_new_group_and_testing_goes_first():
    rows = [row(marked=HELD), row(), row(marked=LEARNED), row(FOR_TESTING, 1, marked=LEARNED), row(group=1)]
    assert sides_of(rows, taught=[]) == [HELD, HELD, None, LEARNED, LEARNED]


def test_a_mark_does_not_undo_what_a_model_was_trained_on():
    assert sides_of([row(decided=LEARNED, marked=HELD), row(marked=HELD)], taught=[]) == [LEARNED, None]


def test_the_only_mail_of_a_label_is_learned_from():
    assert sides_of([row(FOR_TESTING)], taught=[FEES]) == [LEARNED]
    assert sides_of([row(FOR_TESTING)], taught=[]) == [HELD]


def test_a_form_that_most_of_a_labels_mails_are_made_with_is_learned_from():
    form, singles = [row(FOR_TESTING, 0)] * 30, [row(group=1), row(group=2), row(FOR_TESTING, 3)]
    assert sides_of([*form, *singles], taught=[FEES]) == [*[LEARNED] * 32, HELD]


def test_mails_of_a_set_that_goes_on_and_those_marked_for_testing_are_never_given_back():
    rows = [row(group=0, decided=HELD, is_frozen=True), row(FOR_TESTING, 1, marked=HELD)]
    assert sides_of(rows, taught=[FEES]) == [HELD, HELD]


def test_a_reserved_group_is_given_back_for_a_label_that_has_nothing_else():
    frozen, reserved = row(group=0, decided=HELD, is_frozen=True), row(group=1, decided=HELD)
    assert sides_of([frozen, reserved], taught=[FEES]) == [HELD, LEARNED]


_GROUPS = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from("abc"), st.sampled_from([None, LEARNED, HELD])), max_size=40
)


@given(_GROUPS)
def test_no_group_stands_on_two_sides_unless_an_earlier_run_put_it_there(drawn: Sequence[tuple[int, str, str | None]]):
    rows = [row(f"mail {place}", group, label, decided=decided) for place, (group, label, decided) in enumerate(drawn)]
    sides = sides_of(rows, taught=[("queue", label) for label in "abc"])
    for group in {one.group for one in rows}:
        found = {side for one, side in zip(rows, sides, strict=True) if one.group == group} - {None}
        assert len(found) == 1 or found == {one.decided for one in rows if one.group == group} - {None}


@given(_GROUPS)
def test_every_label_that_can_be_is_learned(drawn: Sequence[tuple[int, str, str | None]]):
    rows = [row(f"mail {place}", group, label) for place, (group, label, _) in enumerate(drawn)]
    sides = sides_of(rows, taught=[("queue", label) for label in "abc"])
    learned = {one.labels["queue"] for one, side in zip(rows, sides, strict=True) if side == LEARNED}
    assert learned == {one.labels["queue"] for one in rows}


@given(_GROUPS, _GROUPS)
def test_what_a_run_decided_stands_when_mails_are_added(
    first: Sequence[tuple[int, str, str | None]], second: Sequence[tuple[int, str, str | None]]
):
    rows = [row(f"mail {place}", group, label) for place, (group, label, _) in enumerate(first)]
    sides = sides_of(rows, taught=[])
    kept = [
        row(one.key, one.group, decided=side, is_frozen=side == HELD) for one, side in zip(rows, sides, strict=True)
    ]
    added = [row(f"later {place}", group, label) for place, (group, label, _) in enumerate(second)]
    assert sides_of([*kept, *added], taught=[("queue", "fees")])[: len(kept)] == sides
