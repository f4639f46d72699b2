"""Finding the champion in the registry, against an emulated one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from model.steps.champion import RegistryError, champion_in, fetch_champion

REGION = "eu-central-1"
GROUP = "mailroom-dev"


class Account:
    """An emulated account with an empty group."""

    def __init__(self) -> None:
        self.sagemaker: Any = boto3.client("sagemaker", region_name=REGION)
        self.s3: Any = boto3.client("s3", region_name=REGION)
        self.s3.create_bucket(Bucket="artefacts", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP, ModelPackageGroupDescription="models")

    def register(self, archive: bytes, status: str) -> str:
        """A version whose archive has these bytes; returns its ARN."""
        key = f"models/{archive.decode()}/output/model.tar.gz"
        self.s3.put_object(Bucket="artefacts", Key=key, Body=archive)
        return self.sagemaker.create_model_package(
            ModelPackageGroupName=GROUP,
            ModelPackageDescription="a model",
            ModelApprovalStatus=status,
            InferenceSpecification={
                "Containers": [{"Image": "image", "ModelDataUrl": f"s3://artefacts/{key}"}],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]

    def fetch(self, folder: Path) -> str:
        return fetch_champion(GROUP, folder, sagemaker=self.sagemaker, s3=self.s3)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield Account()


def test_an_empty_registry_has_no_champion_and_says_so_in_a_file(account: Account, tmp_path: Path):
    folder = tmp_path / "champion"
    assert account.fetch(folder) == "none"
    assert [path.name for path in folder.iterdir()] == ["champion.json"]
    assert json.loads((folder / "champion.json").read_text(encoding="utf-8")) == {"model_package": "none"}
    assert champion_in(folder) == "none"


def test_the_newest_approved_version_is_the_champion(account: Account, tmp_path: Path):
    account.register(b"first", "Approved")
    second = account.register(b"second", "Approved")
    account.register(b"third", "PendingManualApproval")
    account.register(b"fourth", "Rejected")
    assert account.fetch(tmp_path) == second
    assert (tmp_path / "model.tar.gz").read_bytes() == b"second"
    assert champion_in(tmp_path) == second


def test_a_version_that_nobody_approved_is_no_champion(account: Account, tmp_path: Path):
    account.register(b"first", "PendingManualApproval")
    assert account.fetch(tmp_path) == "none"


def test_an_archive_that_is_gone_is_an_error_and_not_an_empty_registry(account: Account, tmp_path: Path):
    account.register(b"first", "Approved")
    account.s3.delete_object(Bucket="artefacts", Key="models/first/output/model.tar.gz")
    with pytest.raises(RegistryError, match="The champion of mailroom-dev cannot be fetched"):
        account.fetch(tmp_path)
    assert not (tmp_path / "champion.json").exists()


def test_a_folder_that_does_not_say_which_champion_it_holds_is_refused(tmp_path: Path):
    with pytest.raises(RegistryError, match=r"no readable champion\.json"):
        champion_in(tmp_path)
