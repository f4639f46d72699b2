from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailroom.taxonomy import Taxonomy
from model.dataset.columns import ColumnMapping
from model.dataset.example import Example
from model.dataset.preparation import Preparation, prepare, unchanged
from model.dataset.prepared import PreparedDataset

Prepared = Callable[..., PreparedDataset]
Rows = Callable[..., list[dict[str, Any]]]


def everything(dataset: PreparedDataset) -> dict[str, Example]:
    return {example.id: example for split in (dataset.train, dataset.validation, dataset.test) for example in split}


def test_near_duplicates_and_threads_never_stand_on_two_sides(prepared: Prepared, mails: Rows) -> None:
    rows = mails(60)
    for place in range(0, 30, 2):
        rows[place + 1] |= {
            "body": f"{rows[place]['body']} danke",
            **{task: rows[place][task] for task in ("line_of_business", "queue", "topic")},
        }
    for place in range(30, 60):
        rows[place]["thread_id"] = f"thread {place // 3}"
    dataset = prepared(rows)
    sides = [{example.group for example in split} for split in (dataset.train, dataset.validation, dataset.test)]
    assert not (sides[0] & sides[1] | sides[0] & sides[2] | sides[1] & sides[2])
    assert dataset.report["near_duplicates"] == {
        "groups": 25,
        "rows": 60,
        "largest_group": 3,
        "test_rows_also_in_training": 0,
    }


def test_a_split_that_the_export_gives_is_kept_but_for_near_duplicates(prepared: Prepared, mails: Rows) -> None:
    rows = mails(12)
    for place, row in enumerate(rows):
        row["split"] = ("train", "train", "validation", "test")[place % 4]
    rows[0]["body"] = rows[3]["body"]
    dataset = prepared(rows)
    assert {example.id for example in dataset.test} == {"m3", "m7", "m11"}
    assert {example.id for example in dataset.validation} == {"m2", "m6", "m10"}
    assert {example.id for example in dataset.train} == {"m1", "m4", "m5", "m8", "m9"}
    assert dataset.report["rows"]["dropped"] == {"train_row_near_test": 1}


def test_a_test_file_is_the_test_split_and_near_duplicates_of_it_are_not_learned_from(
    prepared: Prepared,
    mails: Rows,
    json_lines: Callable[..., Path],
) -> None:
    rows = mails(110)
    test = json_lines([*rows[100:], {**rows[0], "id": "copy"}], "test.jsonl")
    dataset = prepared(rows[:100], test=test)
    assert sum(len(split) for split in (dataset.train, dataset.validation)) == 99
    assert len(dataset.test) == 11
    assert "m0" not in {example.id for example in (*dataset.train, *dataset.validation)}
    assert dataset.report["near_duplicates"]["test_rows_also_in_training"] == 0
    assert dataset.report["inputs"] == [
        {"file": "export.jsonl", "rows": 100, "is_test_file": False},
        {"file": "test.jsonl", "rows": 11, "is_test_file": True},
    ]


def test_beside_a_test_file_rows_marked_for_testing_are_not_learned_from(
    prepared: Prepared,
    mails: Rows,
    json_lines: Callable[..., Path],
) -> None:
    rows = [{**row, "split": "test" if place < 2 else "train"} for place, row in enumerate(mails(22))]
    dataset = prepared(rows, test=json_lines(mails(40)[30:], "test.jsonl"))
    assert len(dataset.train) + len(dataset.validation) == 20
    assert dataset.report["rows"]["dropped"] == {"marked_for_test_beside_a_test_file": 2}


def test_several_exports_are_one_with_ids_unique_over_all(
    prepared: Prepared,
    mails: Rows,
    json_lines: Callable[..., Path],
) -> None:
    rows = mails(6)
    exports = (json_lines(rows[:4], "2026-01/export.jsonl"), json_lines(rows[3:], "2026-02/export.jsonl"))
    dataset = prepared([], exports=exports)
    assert set(everything(dataset)) == {f"m{number}" for number in range(6)}
    assert dataset.report["warnings"][0] == "Left out for an id that an earlier row has: row 1 of 2026-02/export.jsonl."


def test_rows_without_ids_stay_apart_over_several_exports(
    prepared: Prepared,
    mails: Rows,
    json_lines: Callable[..., Path],
) -> None:
    rows = [{key: value for key, value in row.items() if key != "id"} for row in mails(4)]
    dataset = prepared([], exports=(json_lines(rows[:2], "a.jsonl"), json_lines(rows[2:], "b.jsonl")))
    assert set(everything(dataset)) == {"1", "2", "2:1", "2:2"}


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_a_small_export_is_enough(prepared: Prepared, mails: Rows, count: int) -> None:
    dataset = prepared(mails(count))
    assert len(everything(dataset)) == count
    assert dataset.train


def test_the_report_counts_and_describes_without_any_text(prepared: Prepared, mails: Rows) -> None:
    dataset = prepared(mails(50), synthetic=True, note="made up")
    report = dataset.report
    assert (report["synthetic"], report["note"], report["fingerprint"]) == (True, "made up", dataset.fingerprint)
    assert report["rows"] == {"read": 50, "kept": 50, "dropped": {}}
    assert report["languages"] == {"de": 50}
    assert {split: counts["rows"] for split, counts in report["splits"].items()} == {
        "train": 35,
        "validation": 5,
        "test": 10,
    }
    assert report["splits"]["train"]["labels"]["line_of_business"] == {"brokerage": 24, "tax": 11}
    assert "Anfrage" not in str(report)


def test_the_same_export_gives_the_same_files_and_is_not_prepared_again(
    tmp_path: Path,
    mails: Rows,
    json_lines: Callable[..., Path],
    taxonomy: Taxonomy,
) -> None:
    preparation = Preparation(exports=(json_lines(mails(30)),), taxonomy=taxonomy)
    assert unchanged(preparation, tmp_path / "a") is None
    first = prepare(preparation, tmp_path / "a", progress=False)
    assert unchanged(preparation, tmp_path / "a") == first
    prepare(preparation, tmp_path / "b", progress=False)
    for name in ("train.jsonl", "validation.jsonl", "test.jsonl", "taxonomy.json", "data_report.json", "manifest.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_whatever_changes_the_dataset_changes_its_fingerprint(
    mails: Rows,
    json_lines: Callable[..., Path],
    taxonomy: Taxonomy,
) -> None:
    def fingerprint(**options: Any) -> str:
        return Preparation(**{"exports": (json_lines(mails(3)),), "taxonomy": taxonomy, **options}).fingerprint()

    different: list[dict[str, Any]] = [
        {},
        {"exports": (json_lines(mails(4), "four.jsonl"),)},
        {"test": json_lines(mails(2), "test.jsonl")},
        {"seed": 8},
        {"taxonomy": taxonomy.restricted_to(["queue"])},
        {"tasks": ("queue",)},
        {"validation": 0.2},
        {"test_share": 0.1},
        {"columns": ColumnMapping(thread_id="case")},
        {"drop_invalid": True},
        {"note": "x"},
        {"synthetic": True},
    ]
    assert len({fingerprint(**options) for options in different}) == len(different)
    assert fingerprint() == fingerprint()


def test_a_damaged_folder_is_prepared_anew(
    tmp_path: Path,
    mails: Rows,
    json_lines: Callable[..., Path],
    taxonomy: Taxonomy,
) -> None:
    preparation = Preparation(exports=(json_lines(mails(5)),), taxonomy=taxonomy)
    first = prepare(preparation, tmp_path / "a", progress=False)
    (tmp_path / "a" / "train.jsonl").write_text("")
    assert prepare(preparation, tmp_path / "a", progress=False) == first
