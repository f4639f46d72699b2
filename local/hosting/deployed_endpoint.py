"""The endpoints of an account as they are deployed, followed down to the model's archive."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


@dataclass(frozen=True, kw_only=True)
class DeployedEndpoint:
    """``model_package``: its ARN, the name of the model if it is of none. ``archive_url``: s3://bucket/key."""

    name: str
    variant: str
    model_package: str
    archive_url: str


def read_endpoints(sagemaker: Any) -> Iterator[DeployedEndpoint]:
    """The endpoints that a SageMaker client sees; one that is being replaced this very moment is left out."""
    for page in sagemaker.get_paginator("list_endpoints").paginate():
        for summary in page["Endpoints"]:
            try:
                yield _endpoint(sagemaker, summary["EndpointName"])
            except ClientError as error:
                # The configuration or the model that it named a moment ago has gone.
                if not error.response["Error"]["Code"].startswith("Validation"):
                    raise


def _endpoint(sagemaker: Any, name: str) -> DeployedEndpoint:
    config_name = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    variant = sagemaker.describe_endpoint_config(EndpointConfigName=config_name)["ProductionVariants"][0]
    container = sagemaker.describe_model(ModelName=variant["ModelName"])["PrimaryContainer"]
    package = container.get("ModelPackageName", "")
    if package:
        described = sagemaker.describe_model_package(ModelPackageName=package)
        container = described["InferenceSpecification"]["Containers"][0]
    return DeployedEndpoint(
        name=name,
        variant=variant["VariantName"],
        model_package=package or variant["ModelName"],
        archive_url=container["ModelDataUrl"],
    )
