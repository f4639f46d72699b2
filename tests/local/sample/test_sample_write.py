"""The files of a sample."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from local.sample.__main__ import main
from local.sample.errors import SampleError
from local.sample.write import SampleFolder, make_sample
from mailroom.taxonomy_file import load_taxonomy

FIELDS = [
    "id",
    "language",
    "subject",
    "body",
    "body_format",
    "custodian_banks",
    "received_at",
    "thread_id",
    "line_of_business",
    "queue",
    "topic",
    "split",
]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_an_export_row_has_exactly_the_crms_fields(sample: SampleFolder) -> None:
    for month in sample.months:
        assert all(list(row) == FIELDS for row in rows(month.export))


def test_truth_stands_beside_the_export_in_its_order(sample: SampleFolder) -> None:
    for month in sample.months:
        export, truth = rows(month.export), rows(month.truth)
        assert [row["id"] for row in export] == [row["id"] for row in truth]
        assert len(export) == 60
        assert [row["id"] for row, true in zip(export, truth, strict=True) if row["topic"] != true["topic"]] == [
            row["id"] for row in truth if row["wrong_label"]
        ]
        assert list(truth[0]) == [
            "id",
            "line_of_business",
            "queue",
            "topic",
            "family",
            "second_topic",
            "wrong_label",
        ]


def test_an_export_is_sorted_by_the_time_of_arrival_in_its_month(sample: SampleFolder) -> None:
    for month in sample.months:
        received = [row["received_at"] for row in rows(month.export)]
        assert received == sorted(received)
        assert all(moment.startswith(month.name) and moment.endswith("Z") for moment in received)


def test_each_month_carries_its_own_taxonomy(sample: SampleFolder) -> None:
    versions = [load_taxonomy(month.taxonomy).version for month in sample.months]
    assert versions == ["2026.1", "2026.1", "2026.2"]


def test_the_readme_says_that_all_is_synthetic(sample: SampleFolder) -> None:
    text = (sample.folder / "README.txt").read_text(encoding="utf-8")
    assert "synthetic" in text
    assert "60 mails each" in text
    assert "seed 7" in text


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(sample: SampleFolder, tmp_path: Path) -> None:
    make_sample(tmp_path / "again", seed=7, mails=60, progress=False)
    make_sample(tmp_path / "other", seed=8, mails=60, progress=False)
    assert digests(tmp_path / "again") == digests(sample.folder)
    assert digests(tmp_path / "other")["2026-01/export.jsonl"] != digests(sample.folder)["2026-01/export.jsonl"]


def test_a_second_run_reuses_the_files_unless_one_was_changed(tmp_path: Path) -> None:
    first = make_sample(tmp_path, seed=1, mails=5, progress=False)
    whole = digests(tmp_path)
    assert not first.reused
    assert make_sample(tmp_path, seed=1, mails=5, progress=False).reused
    first.months[1].export.write_text("damaged", encoding="utf-8")
    assert not make_sample(tmp_path, seed=1, mails=5, progress=False).reused
    assert digests(tmp_path) == whole
    assert not make_sample(tmp_path, seed=1, mails=6, progress=False).reused


def test_the_command_prints_a_table_and_says_when_it_reuses(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--out", str(tmp_path), "--seed", "3", "--mails", "5"]
    assert main(arguments) == 0
    first = capsys.readouterr().out
    assert "made" in first
    assert [line.split()[:2] for line in first.splitlines()[2:]] == [
        ["2026-01", "5"],
        ["2026-02", "5"],
        ["2026-03", "5"],
    ]
    assert main(arguments) == 0
    assert "unchanged, reused" in capsys.readouterr().out


def test_no_mails_at_all_gets_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SampleError, match="A month needs at least one mail"):
        make_sample(tmp_path, seed=1, mails=0, progress=False)
    assert main(["--out", str(tmp_path), "--mails", "0"]) == 2
    assert capsys.readouterr().err == "A month needs at least one mail.\n"


def test_a_folder_that_cannot_be_written_gets_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(SampleError, match="cannot be written"):
        make_sample(blocked, seed=1, mails=1, progress=False)
