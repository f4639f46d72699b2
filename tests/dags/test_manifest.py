"""What the CRM says about its export."""

import json
from typing import Any

import pytest

from mailroom_retrain_helpers.errors import ExportError
from mailroom_retrain_helpers.manifest import ExportManifest

GOOD: dict[str, Any] = {"month": "2026-03", "rows": 2, "bytes": 40, "sha256": "AB" * 32}


def test_a_manifest_is_read_whole():
    expected = ExportManifest(month="2026-03", rows=2, bytes=40, sha256="ab" * 32)
    assert ExportManifest.parse(json.dumps(GOOD).encode(), month="2026-03") == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"month": "2026-02"}, "The manifest of 2026-03 is for another month; upload the right one."),
        ({"rows": 0}, "The manifest of 2026-03 needs 'rows' as a number of at least 1."),
        ({"rows": "2"}, "The manifest of 2026-03 needs 'rows' as a number of at least 1."),
        ({"bytes": True}, "The manifest of 2026-03 needs 'bytes' as a number of at least 1."),
        ({"sha256": "abc"}, "The manifest of 2026-03 needs the SHA-256 of the export as 64 hexadecimal digits."),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], message: str):
    with pytest.raises(ExportError) as error:
        ExportManifest.parse(json.dumps(GOOD | change).encode(), month="2026-03")
    assert str(error.value) == message


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b"null"])
def test_what_is_no_json_object_is_no_manifest(content: bytes):
    with pytest.raises(ExportError, match=r"^The manifest of 2026-03 .*; upload it again\.$"):
        ExportManifest.parse(content, month="2026-03")
