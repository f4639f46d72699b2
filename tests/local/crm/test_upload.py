import hashlib
import json
from pathlib import Path

import boto3
from moto import mock_aws

from local.crm.upload import export_of, upload


def sample(folder: Path) -> Path:
    file = folder / "export.jsonl"
    rows = [{"id": "1", "subject": "Umzug", "split": "train"}, {"id": "2", "subject": "Größe", "split": "test"}]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_an_export_holds_the_months_mails_without_the_mark_for_training_and_testing(tmp_path: Path):
    content = '{"id": "1", "subject": "Umzug"}\n{"id": "2", "subject": "Größe"}\n'.encode()
    export = export_of(sample(tmp_path), "2026-02")
    assert (export.month, export.rows, export.content) == ("2026-02", 2, content)
    assert export.manifest == {
        "month": "2026-02",
        "rows": 2,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_a_closed_case_is_exported_with_the_labels_that_it_was_closed_with_and_the_others_with_theirs(tmp_path: Path):
    file = tmp_path / "export.jsonl"
    file.write_text(
        '{"id": "1", "queue": "tax", "topic": "allowance"}\n{"id": "2", "queue": "tax", "topic": null}\n'
        '{"id": "1", "queue": "tax", "topic": "allowance"}\n'
    )
    export = export_of(file, "2026-02", {"1": {"queue": "payouts", "topic": "withdrawal"}, "3": {"queue": "tax"}})
    assert [json.loads(line) for line in export.content.splitlines()] == [
        {"id": "1", "queue": "payouts", "topic": "withdrawal"},
        {"id": "2", "queue": "tax", "topic": None},
        {"id": "1", "queue": "payouts", "topic": "withdrawal"},
    ]


@mock_aws
def test_the_manifest_is_uploaded_after_the_export_that_it_names(tmp_path: Path):
    s3 = boto3.client("s3", region_name="eu-central-1")
    s3.create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    sent: list[str] = []
    s3.meta.events.register("before-call.s3.PutObject", lambda params, **_: sent.append(params["url_path"]))
    export = export_of(sample(tmp_path), "2026-02")
    upload(export, s3=s3, bucket="exports", prefix="production")
    assert [path.removeprefix("/exports") for path in sent] == [
        "/production/2026-02/export.jsonl",
        "/production/2026-02/manifest.json",
    ]
    kept = s3.get_object(Bucket="exports", Key="production/2026-02/manifest.json")["Body"].read()
    assert json.loads(kept) == export.manifest
