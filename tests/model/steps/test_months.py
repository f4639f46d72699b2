"""Which exports a run takes."""

from pathlib import Path

import pytest

from model.dataset.errors import DatasetError
from model.steps.months import MonthlyExports, exports_until, month_asked_for


@pytest.mark.parametrize(
    ("month", "started_at", "expected"),
    [
        ("previous", "2026-04-02T03:00:00Z", "2026-03"),
        ("previous", "2026-01-01T00:00:00+00:00", "2025-12"),
        ("previous", "2026-03-31T23:59:59.999Z", "2026-02"),
        ("2025-11", "2026-04-02T03:00:00Z", "2025-11"),
    ],
)
def test_previous_is_the_calendar_month_before_the_run_started(month: str, started_at: str, expected: str):
    assert month_asked_for(month, started_at=started_at) == expected


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "last", "", "2026-03-01"])
def test_a_month_in_another_form_is_refused(month: str):
    with pytest.raises(DatasetError, match="must be 'previous' or of the form 2026-03"):
        month_asked_for(month, started_at="2026-04-02T03:00:00Z")


def test_a_start_that_is_no_time_is_refused():
    with pytest.raises(DatasetError, match="The start of the run must be a time"):
        month_asked_for("previous", started_at="yesterday")


def _export(folder: Path, month: str, *names: str) -> list[Path]:
    (folder / month).mkdir()
    paths = [folder / month / name for name in names]
    for path in paths:
        path.write_text("", encoding="utf-8")
    return paths


def test_all_months_up_to_the_one_asked_for_are_taken_oldest_first(tmp_path: Path):
    march = _export(tmp_path, "2026-03", "export.jsonl", "truth.jsonl", "taxonomy.toml")
    _export(tmp_path, "2026-04", "export.jsonl")
    february = _export(tmp_path, "2026-02", "export.csv")
    (tmp_path / "notes").mkdir()
    assert exports_until(tmp_path, "2026-03") == MonthlyExports(
        newest="2026-03", files=(february[0], march[0]), newest_folder=tmp_path / "2026-03"
    )


def test_a_month_without_export_is_not_replaced_by_an_older_one(tmp_path: Path):
    _export(tmp_path, "2026-02", "export.jsonl")
    with pytest.raises(DatasetError, match=r"no export of 2026-03: upload it as .*; the newest there is 2026-02"):
        exports_until(tmp_path, "2026-03")


def test_a_folder_without_its_export_counts_as_none(tmp_path: Path):
    _export(tmp_path, "2026-03", "manifest.json")
    with pytest.raises(DatasetError, match="There is no export of 2026-03"):
        exports_until(tmp_path, "2026-03")
