"""The DAGs as Airflow's own machines get them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.airflow.dag_folder import fetch


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="dags")
        yield client


def test_what_lies_under_the_prefix_is_fetched_and_nothing_else(s3: Any, tmp_path: Path):
    for key in ("dags/retrain.py", "dags/mailroom/errors.py", "dags-old/retrain.py", "plugins.zip"):
        s3.put_object(Bucket="dags", Key=key, Body=key.encode())
    assert fetch(s3, bucket="dags", prefix="dags", folder=tmp_path) == 2
    assert {
        path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*") if path.is_file()
    } == {
        "retrain.py": "dags/retrain.py",
        "mailroom/errors.py": "dags/mailroom/errors.py",
    }
