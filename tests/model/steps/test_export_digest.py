"""What was validated is what is trained on."""

import hashlib
from pathlib import Path

import pytest

from model.dataset.errors import DatasetError
from model.steps.export_digest import check_digest
from model.steps.months import MonthlyExports, exports_until
from stacks.pipeline import parameters

FEBRUARY = hashlib.sha256(b"february").hexdigest()


@pytest.fixture
def exports(tmp_path: Path) -> MonthlyExports:
    for month, content in (("2026-01", b"january"), ("2026-02", b"february")):
        (tmp_path / month).mkdir()
        (tmp_path / month / "export.jsonl").write_bytes(content)
    return exports_until(tmp_path, "2026-02")


@pytest.mark.parametrize("digest", [FEBRUARY, FEBRUARY.upper(), parameters.UNCHECKED])
def test_the_newest_month_s_digest_passes_and_so_does_a_run_that_was_told_none(exports: MonthlyExports, digest: str):
    check_digest(exports, digest)


@pytest.mark.parametrize("content", [b"january", b"february "])
def test_any_other_digest_is_refused(exports: MonthlyExports, content: bytes):
    digest = hashlib.sha256(content).hexdigest()
    with pytest.raises(DatasetError) as error:
        check_digest(exports, digest)
    assert str(error.value) == (
        f"The export of 2026-02 is another than the one that was validated: its SHA-256 is not {digest}."
    )


def test_a_second_file_beside_the_validated_one_is_refused(exports: MonthlyExports, tmp_path: Path):
    (exports.newest_folder / "export.csv").write_text("more", encoding="utf-8")
    with pytest.raises(DatasetError) as error:
        check_digest(exports_until(tmp_path, "2026-02"), FEBRUARY)
    assert str(error.value) == "The export of 2026-02 was validated as export.jsonl alone, and is more than that."
