"""A model registry with real archives in an account of moto's."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.sagemaker.models import SageMakerModelBackend

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.accounts.gaps import model_packages
from local.infra.account import Account
from tests.support.keyword_archive import make_keyword_archive, pack

BUCKET = "mailroom-prod-artefacts"
Register = Callable[..., str]


@pytest.fixture(scope="session")
def config() -> EnvironmentConfig:
    return load_environment("prod")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, config: EnvironmentConfig) -> Iterator[Account]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    # moto forgets a version's facts at an update; the patch that keeps them goes with the test.
    monkeypatch.setattr(SageMakerModelBackend, "create_model_package", SageMakerModelBackend.create_model_package)
    monkeypatch.setattr(SageMakerModelBackend, "update_model_package", SageMakerModelBackend.update_model_package)
    model_packages.install()
    with mock_aws():
        session = boto3.Session(
            aws_access_key_id="a", aws_secret_access_key="b", aws_session_token="c", region_name=config.region
        )
        session.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": config.region}
        )
        session.client("sagemaker").create_model_package_group(ModelPackageGroupName=config.own_name)
        yield Account(environment="prod", number=config.account, session=session, emulated=False)


@pytest.fixture
def register(account: Account, config: EnvironmentConfig) -> Register:
    """Registers a version as the pipeline does; its scores are macro-F1 by task."""

    def one(
        model_version: str,
        *,
        scores: Mapping[str, float] | None = None,
        status: str = "PendingManualApproval",
        archive: str = f"s3://{BUCKET}/models/none/model.tar.gz",
        containers: int = 1,
        card: Mapping[str, Any] | None = None,
        **facts: str,
    ) -> str:
        package: dict[str, Any] = {}
        if scores is not None:
            evaluation = {"tasks": {task: {"macro_f1": value} for task, value in scores.items()}}
            key = f"evaluations/{model_version}/evaluation.json"
            account.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(evaluation).encode())
            statistics = {"ContentType": "application/json", "S3Uri": f"s3://{BUCKET}/{key}"}
            package["ModelMetrics"] = {"ModelQuality": {"Statistics": statistics}}
        if card is not None:
            # As a person leaves it who has read it.
            package["ModelCard"] = {"ModelCardContent": json.dumps(card), "ModelCardStatus": "Approved"}
        arn: str = account.client("sagemaker").create_model_package(
            ModelPackageGroupName=config.own_name,
            ModelApprovalStatus=status,
            InferenceSpecification={
                "Containers": [{"Image": "image", "ModelDataUrl": archive}] * containers,
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
            CustomerMetadataProperties={"model_version": model_version, "taxonomy_version": "2026.1", **facts},
            **package,
        )["ModelPackageArn"]
        return arn

    return one


@pytest.fixture
def serve(account: Account, config: EnvironmentConfig) -> Callable[[str], None]:
    """Makes a version the one that the endpoint serves."""

    def live(package: str) -> None:
        client = account.client("sagemaker")
        client.create_model(
            ModelName="model",
            ExecutionRoleArn=f"arn:aws:iam::{config.account}:role/any",
            PrimaryContainer={"ModelPackageName": package},
        )
        client.create_endpoint_config(
            EndpointConfigName="config",
            ProductionVariants=[
                {
                    "VariantName": "main",
                    "ModelName": "model",
                    "InstanceType": "ml.m5.large",
                    "InitialInstanceCount": 1,
                }
            ],
        )
        client.create_endpoint(EndpointName=config.own_name, EndpointConfigName="config")

    return live


@pytest.fixture
def archive(tmp_path: Path, account: Account) -> str:
    """A model archive in the account; its S3 URI."""
    packed = pack(make_keyword_archive(tmp_path / "files"), tmp_path / "model.tar.gz")
    account.client("s3").upload_file(str(packed), BUCKET, "models/first/model.tar.gz")
    return f"s3://{BUCKET}/models/first/model.tar.gz"
