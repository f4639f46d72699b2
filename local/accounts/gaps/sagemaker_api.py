"""SageMaker API calls that moto does not have: UpdateEndpoint, DeleteModelPackageGroup, DeleteModelPackage.

An endpoint is updated at once: no canary shifts traffic, no alarm rolls it back. Of instance types moto knows those of
years ago; here those count that botocore knows.
"""

from functools import cache

import botocore.session
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpointConfig
from moto.sagemaker.responses import SageMakerResponse


def install() -> None:
    """Add the calls."""
    SageMakerResponse.update_endpoint = _update_endpoint
    SageMakerResponse.delete_model_package_group = _delete_model_package_group
    SageMakerResponse.delete_model_package = _delete_model_package
    FakeEndpointConfig.validate_instance_type = _validate_instance_type


@cache
def _instance_types() -> frozenset[str]:
    model = botocore.session.get_session().get_service_model("sagemaker")
    return frozenset(model.shape_for("ProductionVariantInstanceType").enum)


def _validate_instance_type(_: FakeEndpointConfig, instance_type: str) -> None:
    if instance_type not in _instance_types():
        raise ValidationError(message=f"SageMaker hosts no endpoint on the instance type {instance_type!r}.")


def _update_endpoint(response: SageMakerResponse) -> ActionResult:
    backend = response.sagemaker_backend
    name, config_name = response._get_param("EndpointName"), response._get_param("EndpointConfigName")
    endpoint = backend.endpoints.get(name)
    if endpoint is None:
        raise ValidationError(message=f'Could not find endpoint "{name}".')
    config = backend.endpoint_configs.get(config_name)
    if config is None:
        raise ValidationError(message=f'Could not find endpoint configuration "{config_name}".')
    endpoint.endpoint_config_name = config_name
    endpoint.production_variants = endpoint._process_production_variants(config.production_variants)
    endpoint.data_capture_config = config.data_capture_config
    endpoint.last_modified_time = utcnow()
    return ActionResult({"EndpointArn": endpoint.arn})


def _delete_model_package_group(response: SageMakerResponse) -> EmptyResult:
    backend = response.sagemaker_backend
    name = response._get_param("ModelPackageGroupName")
    if name not in backend.model_package_groups:
        raise ValidationError(message=f"Model package group {name} does not exist.")
    if any(package.model_package_group_name == name for package in backend.model_packages.values()):
        raise ValidationError(message=f"Model Package Group {name} cannot be deleted: it holds Model Packages.")
    del backend.model_package_groups[name]
    return EmptyResult()


def _delete_model_package(response: SageMakerResponse) -> EmptyResult:
    backend = response.sagemaker_backend
    package = backend.describe_model_package(response._get_param("ModelPackageName"))
    del backend.model_packages[package.arn]
    return EmptyResult()
