from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailroom.taxonomy import Taxonomy
from mailroom.taxonomy_file import dump_taxonomy
from model.dataset.prepared import PreparedDataset
from model.prepare import main

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def arguments(tmp_path: Path, taxonomy: Taxonomy, mails: Rows, json_lines: Callable[..., Path]) -> list[str]:
    (tmp_path / "taxonomy.toml").write_text(dump_taxonomy(taxonomy), encoding="utf-8")
    return [
        "--export",
        str(json_lines(mails(50))),
        "--taxonomy",
        str(tmp_path / "taxonomy.toml"),
        "--out",
        str(tmp_path / "prepared"),
    ]


def test_it_prints_a_table_and_a_second_run_changes_nothing(
    arguments: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(arguments) == 0
    printed = capsys.readouterr().out.splitlines()
    fingerprint = PreparedDataset.load(tmp_path / "prepared").fingerprint
    assert printed == [
        f"{tmp_path / 'prepared'}: prepared",
        "split       rows  groups  line_of_business labels  queue labels  topic labels",
        "train         35      35                        2             2             3",
        "validation     5       5                        2             2             3",
        "test          10      10                        2             2             3",
        f"50 of 50 rows kept; 0 rows in groups of near-duplicates; fingerprint {fingerprint[:12]}",
    ]
    assert main(arguments) == 0
    assert capsys.readouterr().out.splitlines() == [f"{tmp_path / 'prepared'}: unchanged", *printed[1:]]


def test_options_reach_the_dataset(
    arguments: list[str],
    tmp_path: Path,
    mails: Rows,
    json_lines: Callable[..., Path],
) -> None:
    test = json_lines([{"Betreff": row["subject"], **row} for row in mails(60)[50:]], "test.jsonl")
    export = json_lines([{"Betreff": row["subject"], **row} for row in mails(50)])
    assert (
        main(
            [
                *arguments,
                "--export",
                str(export),
                "--test",
                str(test),
                "--columns",
                "subject=Betreff",
                "--tasks",
                "queue,topic",
                "--seed",
                "3",
                "--validation",
                "0.2",
                "--synthetic",
                "--note",
                "made up",
            ]
        )
        == 0
    )
    dataset = PreparedDataset.load(tmp_path / "prepared")
    assert [len(split) for split in (dataset.train, dataset.validation, dataset.test)] == [40, 10, 10]
    assert dataset.taxonomy.tasks == ("queue", "topic")
    assert {key: dataset.report[key] for key in ("seed", "synthetic", "note")} == {
        "seed": 3,
        "synthetic": True,
        "note": "made up",
    }


def test_without_a_taxonomy_one_is_derived_and_rows_that_contradict_it_are_kept(
    tmp_path: Path,
    mails: Rows,
    json_lines: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = mails(300)
    rows[0] |= {"line_of_business": "tax"}
    assert main(["--export", str(json_lines(rows)), "--out", str(tmp_path / "prepared")]) == 0
    assert capsys.readouterr().out.startswith(
        "No taxonomy was given: derived one from the labels of line_of_business, queue, topic.\n"
    )
    dataset = PreparedDataset.load(tmp_path / "prepared")
    assert dataset.report["rows"]["kept"] == 300
    assert dataset.report["labels_treated_as_missing"] == 1
    assert dataset.taxonomy.parent_task("topic") == "queue"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--tasks", "team"], "The taxonomy has no task 'team'; its tasks are line_of_business, queue, topic.\n"),
        (["--test", "missing.csv"], "The export missing.csv does not exist.\n"),
        (
            ["--columns", "body=Text"],
            "The export export.jsonl has no column 'Text' (it has id, language, subject, body, "
            "line_of_business, queue, topic); name the column to read as body with body=COLUMN in "
            "the column mapping.\n",
        ),
        (
            ["--test-share", "2"],
            "The shares of validation (0.1) and test (2) must be from 0 to 1 and leave something to train on.\n",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_on_the_error_stream(
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    change: list[str],
    message: str,
) -> None:
    assert main([*arguments, *change]) == 2
    assert capsys.readouterr() == ("", message)
