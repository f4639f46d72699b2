"""An emulated account with models in its registry and, if a test wants it, one of them on the endpoint."""

from pathlib import Path
from typing import Any

import boto3

ACCOUNT, REGION = "123456789012", "eu-central-1"
NAME = "mailroom-dev"
"""Of endpoint and package group."""


class ModelAccount:
    """An emulated account with an empty group and no endpoint."""

    def __init__(self) -> None:
        self.sagemaker: Any = boto3.client("sagemaker", region_name=REGION)
        self.s3: Any = boto3.client("s3", region_name=REGION)
        self.s3.create_bucket(Bucket="artefacts", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.sagemaker.create_model_package_group(ModelPackageGroupName=NAME, ModelPackageGroupDescription="models")

    def register(self, archive: bytes, facts: dict[str, str] | None = None) -> str:
        """An approved version whose archive has these bytes; returns its ARN."""
        key = f"models/{archive.decode()}/output/model.tar.gz"
        self.s3.put_object(Bucket="artefacts", Key=key, Body=archive)
        return self.sagemaker.create_model_package(
            ModelPackageGroupName=NAME,
            ModelPackageDescription="a model",
            ModelApprovalStatus="Approved",
            CustomerMetadataProperties=facts or {},
            InferenceSpecification={
                "Containers": [{"Image": "image", "ModelDataUrl": f"s3://artefacts/{key}"}],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]

    def keep(self, prefix: str, folder: Path) -> str:
        """Upload a folder's files; returns its URI."""
        for path in folder.iterdir():
            self.s3.upload_file(str(path), "artefacts", f"{prefix}/{path.name}")
        return f"s3://artefacts/{prefix}"

    def serve(self, container: dict[str, str]) -> None:
        """An endpoint with a model of this container, as CloudFormation makes it."""
        role = f"arn:aws:iam::{ACCOUNT}:role/model"
        self.sagemaker.create_model(ModelName="model-1", ExecutionRoleArn=role, PrimaryContainer=container)
        variant = {
            "VariantName": "primary",
            "ModelName": "model-1",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName="config-1", ProductionVariants=[variant])
        self.sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName="config-1")
