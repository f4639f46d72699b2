"""The model behind a SageMaker endpoint, and the pipeline that trains it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint of one variant; ``model_package_arn`` is None for a model that was not made from a package.

    ``status`` is SageMaker's word, and makes no endpoint another one. ``config``: its configuration's name.
    ``model_data_url`` is the S3 address of model.tar.gz, ``environment`` what the container is started with.
    ``instance_count``, of the fleet as it is wanted now, makes no endpoint another one; a serverless one has none.
    """

    name: str
    status: str = field(compare=False)
    config: str
    variant: str
    model: str
    model_package_arn: str | None
    model_data_url: str
    image: str | None
    environment: Mapping[str, str]
    instance_type: str | None
    instance_count: int | None = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A SageMaker pipeline; ``definition`` is its JSON, references to other resources already followed."""

    name: str
    role_arn: str
    definition: Mapping[str, Any]


def endpoint(credentials: Credentials, name: str) -> Endpoint | None:
    """The endpoint as it is in service, or None before the first approved model."""
    client = credentials.client("sagemaker")
    if not any(each["EndpointName"] == name for each in client.list_endpoints(NameContains=name)["Endpoints"]):
        return None
    found = client.describe_endpoint(EndpointName=name)
    return _configured(credentials, found, found["EndpointConfigName"], found["ProductionVariants"])


def pending(credentials: Credentials, name: str) -> Endpoint | None:
    """The endpoint as the deployment that runs makes it; None if none does.

    Raises:
        ClientError: there is no such endpoint, or it names what the account does not hold.
    """
    found = credentials.client("sagemaker").describe_endpoint(EndpointName=name)
    coming = found.get("PendingDeploymentSummary")
    if coming is None:
        return None
    return _configured(credentials, found, coming["EndpointConfigName"], coming["ProductionVariants"])


def _configured(
    credentials: Credentials, described: Mapping[str, Any], config_name: str, fleet: Sequence[Mapping[str, Any]]
) -> Endpoint:
    client = credentials.client("sagemaker")
    config = client.describe_endpoint_config(EndpointConfigName=config_name)
    variant = config["ProductionVariants"][0]
    model = client.describe_model(ModelName=variant["ModelName"])
    container = model.get("PrimaryContainer") or model["Containers"][0]
    package_arn = container.get("ModelPackageName")
    packaged = _packaged(client, package_arn) if package_arn else {}
    return Endpoint(
        name=described["EndpointName"],
        status=described["EndpointStatus"],
        config=config_name,
        variant=variant["VariantName"],
        model=variant["ModelName"],
        model_package_arn=package_arn,
        model_data_url=container.get("ModelDataUrl") or packaged["ModelDataUrl"],
        image=container.get("Image") or packaged.get("Image"),
        # As in SageMaker, the model's own variables win over its package's.
        environment={**packaged.get("Environment", {}), **container.get("Environment", {})},
        instance_type=variant.get("InstanceType"),
        # Scaling may have changed it since the configuration was made.
        instance_count=fleet[0].get("DesiredInstanceCount"),
    )


def pipeline(credentials: Credentials, name: str) -> Pipeline:
    """A pipeline.

    Raises:
        EmulatorError: the account has no pipeline of that name.
    """
    client = credentials.client("sagemaker")
    listed = client.list_pipelines(PipelineNamePrefix=name)["PipelineSummaries"]
    if not any(each["PipelineName"] == name for each in listed):
        raise EmulatorError(f"Account {credentials.account} has no pipeline {name!r}.")
    found = client.describe_pipeline(PipelineName=name)
    return Pipeline(name=name, role_arn=found["RoleArn"], definition=json.loads(found["PipelineDefinition"]))


def _packaged(client: Any, arn: str) -> Mapping[str, Any]:
    package = client.describe_model_package(ModelPackageName=arn)
    container: Mapping[str, Any] = package["InferenceSpecification"]["Containers"][0]
    return container
