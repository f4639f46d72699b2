from collections import Counter

import pytest

from model.dataset.errors import DatasetError
from model.dataset.split import SplitRow, split_rows


def rows_of(labels: dict[str, int], group_size: int = 1) -> list[SplitRow]:
    return [
        SplitRow(group=1000 * place + number // group_size, labels={"topic": label})
        for place, (label, count) in enumerate(labels.items())
        for number in range(count)
    ]


def split(rows: list[SplitRow], validation: float = 0.1, test: float = 0.2, seed: int = 7) -> tuple[str | None, ...]:
    return split_rows(rows, validation=validation, test=test, seed=seed).splits


def label_counts(rows: list[SplitRow], splits: tuple[str | None, ...]) -> dict[str, Counter[str | None]]:
    found: dict[str, Counter[str | None]] = {}
    for row, side in zip(rows, splits, strict=True):
        found.setdefault(row.labels["topic"], Counter())[side] += 1
    return found


def test_each_label_is_divided_in_the_wanted_shares() -> None:
    rows = rows_of({"a": 200, "b": 100, "c": 10})
    assert label_counts(rows, split(rows)) == {
        "a": {"train": 140, "validation": 20, "test": 40},
        "b": {"train": 70, "validation": 10, "test": 20},
        "c": {"train": 7, "validation": 1, "test": 2},
    }


def test_groups_stay_whole_and_shares_hold_all_the_same() -> None:
    rows = rows_of({"a": 300, "b": 120}, group_size=3)
    splits = split(rows)
    assert all(len(sides) == 1 for sides in _sides(rows, splits).values())
    assert Counter(splits) == {"train": 294, "validation": 42, "test": 84}


def _sides(rows: list[SplitRow], splits: tuple[str | None, ...]) -> dict[int, set[str | None]]:
    sides: dict[int, set[str | None]] = {}
    for row, side in zip(rows, splits, strict=True):
        sides.setdefault(row.group, set()).add(side)
    return sides


def test_a_group_larger_than_the_other_splits_goes_to_training() -> None:
    rows = [SplitRow(group=0, labels={"topic": "a"})] * 60 + [
        SplitRow(group=number, labels={"topic": "a"}) for number in range(1, 41)
    ]
    assert set(split(rows)[:60]) == {"train"}
    assert Counter(split(rows)) == {"train": 70, "validation": 10, "test": 20}


def test_five_rows_a_label_still_leave_rows_for_validation_and_test() -> None:
    rows = rows_of({f"label{number}": 5 for number in range(10)})
    splits = split(rows)
    assert Counter(splits) == {"train": 35, "validation": 5, "test": 10}
    assert all(counts["train"] >= 3 for counts in label_counts(rows, splits).values())


def test_every_label_of_every_task_is_trained_on() -> None:
    rows = [
        SplitRow(group=number, labels={"queue": f"q{number % 7}", "topic": f"t{number * number % 23}"})
        for number in range(46)
    ]
    splits = split(rows)
    for task in ("queue", "topic"):
        trained = {row.labels[task] for row, side in zip(rows, splits, strict=True) if side == "train"}
        assert trained == {row.labels[task] for row in rows}


def test_one_row_is_trained_on() -> None:
    assert split(rows_of({"a": 1})) == ("train",)


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    rows = rows_of({"a": 40, "b": 40})
    assert split(rows, seed=1) == split(rows, seed=1) != split(rows, seed=2)


def test_a_split_that_the_export_gives_is_kept() -> None:
    rows = [
        SplitRow(group=number, labels={"topic": "a"}, fixed=fixed)
        for number, fixed in enumerate(("test", "train", "validation", "train"))
    ]
    assert split(rows) == ("test", "train", "validation", "train")


def test_of_a_group_that_straddles_only_the_rows_farthest_from_training_stay() -> None:
    given = [(0, "train"), (0, "validation"), (0, "test"), (1, "train"), (1, "validation"), (2, "validation")]
    rows = [SplitRow(group=group, fixed=fixed) for group, fixed in given]
    result = split_rows(rows, validation=0.1, test=0.2, seed=7)
    assert result.splits == (None, None, "test", "train", None, "validation")
    assert result.dropped == {"train_row_near_test": 1, "validation_row_near_test": 1, "validation_row_near_train": 1}
    assert result.warnings[0] == (
        "Left out of train, because test has a near-duplicate or a mail of the same thread: 1 rows."
    )


def test_rows_without_a_split_follow_their_group_or_are_divided() -> None:
    rows = [
        SplitRow(group=0, fixed="test"),
        SplitRow(group=0),
        SplitRow(group=1, fixed="validation"),
        SplitRow(group=1, fixed="train"),
        SplitRow(group=1),
    ]
    assert split(rows) == ("test", "test", None, "train", "train")


def test_validation_is_cut_from_the_training_rows_where_the_export_has_none() -> None:
    rows = [
        SplitRow(group=number, labels={"topic": "a"}, fixed="train" if number < 80 else "test") for number in range(100)
    ]
    result = split_rows(rows, validation=0.1, test=0.2, seed=7)
    assert Counter(result.splits) == {"train": 70, "validation": 10, "test": 20}
    assert result.warnings == ("No row is marked for validation, so 12% of the training rows were taken for it.",)


@pytest.mark.parametrize(("validation", "test"), [(0.5, 0.5), (-0.1, 0.2), (0.1, 1.0)])
def test_shares_must_leave_something_to_train_on(validation: float, test: float) -> None:
    with pytest.raises(DatasetError, match="leave something to train on"):
        split(rows_of({"a": 3}), validation, test)
