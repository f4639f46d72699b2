"""A month's folder in the bucket that the CRM uploads to."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from mailroom.taxonomy import Taxonomy
from mailroom.taxonomy_file import load_taxonomy
from mailroom_retrain_helpers.content import ExportContent
from mailroom_retrain_helpers.errors import ExportError
from mailroom_retrain_helpers.exports import MonthFolder

SHIPPED = Path(__file__).parents[2] / "config" / "taxonomy.toml"
EXPORT = b'{"queue": "tax", "topic": "transfer"}\n'
MANIFEST = {"month": "2026-03", "rows": 1, "bytes": len(EXPORT), "sha256": hashlib.sha256(EXPORT).hexdigest()}


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[MonthFolder]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-central-1")
        s3.create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield MonthFolder(s3=s3, bucket="exports", prefix="test", month="2026-03")


def _put(folder: MonthFolder, name: str, content: Any) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    folder.s3.put_object(Bucket=folder.bucket, Key=f"test/2026-03/{name}", Body=body)


def test_in_an_empty_folder_the_manifest_is_awaited(folder: MonthFolder):
    assert folder.awaited() == "There is no manifest of 2026-03 yet."
    assert folder.arrived() is False


def test_an_export_without_a_manifest_has_not_arrived(folder: MonthFolder):
    _put(folder, "export.jsonl", EXPORT)
    assert folder.awaited() == "There is no manifest of 2026-03 yet."


def test_an_export_that_is_still_shorter_than_its_manifest_says_is_awaited(folder: MonthFolder):
    _put(folder, "manifest.json", MANIFEST)
    _put(folder, "export.jsonl", EXPORT[:5])
    assert folder.awaited() == f"The export of 2026-03 has 5 of the {len(EXPORT)} bytes that its manifest says."


def test_manifest_and_export_of_its_length_have_arrived(folder: MonthFolder):
    _put(folder, "manifest.json", MANIFEST)
    assert folder.awaited() == "The manifest of 2026-03 is there, its export is not yet."
    _put(folder, "export.jsonl", EXPORT)
    assert folder.awaited() is None
    assert folder.arrived() is True


def _later(folder: MonthFolder, **passed: int) -> MonthFolder:
    """The same folder, looked at later."""
    return replace(folder, now=lambda: datetime.now(UTC) + timedelta(**passed))


WRONG = {
    "longer": (EXPORT * 2, {}, f"bytes is {2 * len(EXPORT)}, the manifest says {len(EXPORT)}"),
    "of other rows": (EXPORT, {"rows": 2}, "rows is 1, the manifest says 2"),
    "of other content": (
        EXPORT,
        {"sha256": "0" * 64},
        f"SHA-256 is {MANIFEST['sha256']}, the manifest says {'0' * 64}",
    ),
}


@pytest.mark.parametrize(("content", "change", "difference"), WRONG.values(), ids=WRONG)
def test_an_export_that_is_another_than_its_manifest_says_is_awaited_for_an_hour_and_then_refused(
    folder: MonthFolder, content: bytes, change: dict[str, Any], difference: str
):
    _put(folder, "export.jsonl", content)
    _put(folder, "manifest.json", {**MANIFEST, **change})
    sentence = f"The export of 2026-03 does not match its manifest: {difference}; upload both again."
    assert _later(folder, minutes=59).awaited() == (
        f"{sentence} An upload may be under way: this is asked again until an hour after the last one."
    )
    with pytest.raises(ExportError) as error:
        _later(folder, minutes=61).awaited()
    assert str(error.value) == sentence


WRONG_MANIFESTS = {
    "no JSON": (b'{"month": "2026-0', "The manifest of 2026-03 is not JSON; upload it again."),
    "of another month": (
        json.dumps({**MANIFEST, "month": "2026-02"}).encode(),
        "The manifest of 2026-03 is for another month; upload the right one.",
    ),
}


@pytest.mark.parametrize(("manifest", "sentence"), WRONG_MANIFESTS.values(), ids=WRONG_MANIFESTS)
@pytest.mark.parametrize("export", [None, EXPORT], ids=["without an export", "with an export"])
def test_a_wrong_manifest_is_awaited_for_an_hour_and_then_refused(
    folder: MonthFolder, manifest: bytes, sentence: str, export: bytes | None
):
    _put(folder, "manifest.json", manifest)
    if export is not None:
        _put(folder, "export.jsonl", export)
    assert str(_later(folder, minutes=59).awaited()).startswith(f"{sentence} An upload may be under way")
    with pytest.raises(ExportError) as error:
        _later(folder, minutes=61).awaited()
    assert str(error.value) == sentence


def test_half_an_export_is_awaited_however_old_it_is(folder: MonthFolder):
    _put(folder, "manifest.json", MANIFEST)
    _put(folder, "export.jsonl", EXPORT[:5])
    awaited = _later(folder, days=3).awaited()
    assert awaited == f"The export of 2026-03 has 5 of the {len(EXPORT)} bytes that its manifest says."


@pytest.mark.parametrize("content", [EXPORT[:5], EXPORT * 2], ids=["shorter", "longer"])
def test_asking_does_not_read_an_export_of_another_length(folder: MonthFolder, content: bytes):
    _put(folder, "export.jsonl", content)
    _put(folder, "manifest.json", MANIFEST)
    read = []
    folder.s3.meta.events.register("before-call.s3.GetObject", lambda params, **_: read.append(params["url_path"]))
    folder.awaited()
    assert [path.rpartition("/")[2] for path in read] == ["manifest.json"]


def test_a_missing_bucket_is_no_export_that_has_not_arrived(folder: MonthFolder):
    folder.s3.delete_bucket(Bucket="exports")
    with pytest.raises(folder.s3.exceptions.NoSuchBucket):
        folder.arrived()


def test_the_whole_export_is_held_against_its_manifest(folder: MonthFolder, taxonomy: Taxonomy):
    _put(folder, "manifest.json", MANIFEST)
    _put(folder, "export.jsonl", EXPORT)
    assert folder.validate(taxonomy) == ExportContent(
        rows=1, bytes=len(EXPORT), sha256=MANIFEST["sha256"], labelled={"queue": 1, "topic": 1}, unknown={}
    )


def test_other_content_of_the_same_length_is_refused(folder: MonthFolder, taxonomy: Taxonomy):
    _put(folder, "manifest.json", MANIFEST)
    _put(folder, "export.jsonl", EXPORT.replace(b"tax", b"TAX"))
    with pytest.raises(ExportError, match="does not match its manifest: SHA-256"):
        folder.validate(taxonomy)


@pytest.mark.parametrize("left", ["manifest.json", "export.jsonl"])
def test_an_upload_that_was_taken_back_is_refused(folder: MonthFolder, taxonomy: Taxonomy, left: str):
    _put(folder, left, MANIFEST if left == "manifest.json" else EXPORT)
    with pytest.raises(ExportError, match=r"^The export of 2026-03 was there and is gone; upload it again\.$"):
        folder.validate(taxonomy)


def test_an_error_in_the_midst_of_reading_carries_nothing_of_a_mail(folder: MonthFolder, taxonomy: Taxonomy):
    _put(folder, "manifest.json", MANIFEST)
    _put(folder, "export.jsonl", b'{"subject": "private", "body": ' + b"[" * 100_000 + b"\n")
    with pytest.raises(OSError, match=r"^The export of 2026-03 could not be read: RecursionError\.$") as error:
        folder.validate(taxonomy)
    assert error.value.__suppress_context__ is True
    shown = [str(value) for entry in error.traceback for value in entry.locals.values() if "b'{" in str(value)]
    assert shown == []


OWN_TAXONOMY = b"""version = "of-the-test-data"
tasks = ["queue"]
[[label]]
id = "tax"
task = "queue"
"""


def test_test_data_may_bring_their_own_taxonomy(folder: MonthFolder):
    assert folder.taxonomy(SHIPPED).version == load_taxonomy(SHIPPED).version
    _put(folder, "taxonomy.toml", OWN_TAXONOMY)
    assert folder.taxonomy(SHIPPED).version == "of-the-test-data"


def test_production_data_are_labelled_under_the_shipped_taxonomy_alone(folder: MonthFolder):
    production = replace(folder, prefix="production")
    folder.s3.put_object(Bucket="exports", Key="production/2026-03/taxonomy.toml", Body=OWN_TAXONOMY)
    assert production.taxonomy(SHIPPED).version == load_taxonomy(SHIPPED).version
