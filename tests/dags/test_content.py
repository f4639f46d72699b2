"""One pass over an export: its size, its digest, and the labels that nobody knows."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from mailroom.taxonomy import Taxonomy
from mailroom_retrain_helpers.content import UNREADABLE, ExportContent, ExportFile, check, measure, measure_file
from mailroom_retrain_helpers.errors import ExportError
from mailroom_retrain_helpers.manifest import ExportManifest

ROWS = [
    {"subject": "Überweisung", "queue": "payments", "topic": "transfer"},
    {"subject": "Formular", "queue": "tax", "topic": "old_form"},
    {"subject": "offen", "queue": "tax", "topic": ""},
]


def _lines(rows: list[Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _manifest(content: bytes, rows: int) -> ExportManifest:
    return ExportManifest(month="2026-03", rows=rows, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_an_export_is_counted_whole_however_it_is_cut(taxonomy: Taxonomy, size: int):
    content = _lines(ROWS)
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    assert measure(chunks, taxonomy) == ExportContent(
        rows=3,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        labelled={"queue": 3, "topic": 2},
        unknown={},
    )


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_file_is_counted_whole_without_reading_its_rows(size: int):
    content = b'{"queue": "tax"}\n\nno JSON\n'
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    assert measure_file(chunks) == ExportFile(rows=2, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def test_the_last_row_may_lack_its_line_end_and_empty_lines_are_no_rows(taxonomy: Taxonomy):
    assert measure([b'{"queue": "tax"}\n\n{"queue": "tax"}'], taxonomy).rows == 2


def test_unknown_labels_are_counted_by_task(taxonomy: Taxonomy):
    rows = [{"queue": "refunds"}, {"queue": "refunds", "topic": "transfer"}, {"topic": "refund.late"}]
    assert measure([_lines(rows)], taxonomy).unknown == {"queue": {"refunds": 2}, "topic": {"refund.late": 1}}


@pytest.mark.parametrize("value", ["Sehr geehrte Damen und Herren", 7, ["tax"], "x" * 65])
def test_what_may_be_text_of_a_mail_in_the_wrong_column_is_counted_and_never_shown(taxonomy: Taxonomy, value: Any):
    assert measure([_lines([{"queue": value}])], taxonomy).unknown == {"queue": {UNREADABLE: 1}}


@pytest.mark.parametrize("line", [b"{not json}", b"[]", b'"text"'])
def test_a_row_that_is_no_object_is_named_by_its_number(taxonomy: Taxonomy, line: bytes):
    with pytest.raises(ExportError, match=r"^Row 2 of the export is not a JSON object\.$"):
        measure([b'{"queue": "tax"}\n' + line + b"\n"], taxonomy)


def test_an_export_that_is_the_one_of_its_manifest_passes(taxonomy: Taxonomy):
    content = _lines(ROWS)
    check(measure([content], taxonomy), _manifest(content, 3))


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"rows": 4}, "rows is 3, the manifest says 4"),
        ({"bytes": 1}, r"bytes is \d+, the manifest says 1"),
        ({"sha256": "0" * 64}, "SHA-256 is [0-9a-f]{64}, the manifest says 0{64}"),
    ],
)
def test_an_export_that_is_another_than_its_manifest_says_is_refused(
    taxonomy: Taxonomy, change: dict[str, Any], difference: str
):
    content = _lines(ROWS)
    with pytest.raises(ExportError, match=f"does not match its manifest: {difference}; upload both again"):
        check(measure([content], taxonomy), replace(_manifest(content, 3), **change))
