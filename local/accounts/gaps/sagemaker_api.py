"""SageMaker API calls that moto does not have: UpdateEndpoint, DeleteModelPackageGroup, DeleteModelPackage.

Endpoints come into service by way of ``endpoint_deployments``; an update to the configuration in force is none, even
with another DeploymentConfig. Of instance types moto knows those of years ago; here
those count that botocore knows.
"""

from functools import cache

import botocore.session
from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpointConfig
from moto.sagemaker.responses import SageMakerResponse

from local.accounts.gaps.endpoint_deployments import Hosting, hosting_of

_RETAINED = frozenset({"DesiredInstanceCount", "DesiredWeight"})
"""The properties of a variant that RetainAllVariantProperties is about, and that moto knows."""

_create = SageMakerResponse.create_endpoint
_delete = SageMakerResponse.delete_endpoint


def install() -> None:
    """Add the calls."""
    SageMakerResponse.create_endpoint = _create_endpoint
    SageMakerResponse.delete_endpoint = _delete_endpoint
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


def _hosting(response: SageMakerResponse) -> Hosting:
    backend = response.sagemaker_backend
    return hosting_of(backend.account_id, backend.region_name)


def _create_endpoint(response: SageMakerResponse) -> ActionResult:
    answer = _create(response)
    endpoint = response.sagemaker_backend.endpoints[response._get_param("EndpointName")]
    policy = response._get_param("DeploymentConfig") or {}
    _hosting(response).deploy(endpoint, endpoint.endpoint_config_name, policy, is_new=True)
    return answer


def _update_endpoint(response: SageMakerResponse) -> ActionResult:
    backend = response.sagemaker_backend
    name, config_name = response._get_param("EndpointName"), response._get_param("EndpointConfigName")
    endpoint = backend.endpoints.get(name)
    if endpoint is None:
        raise ValidationError(message=f'Could not find endpoint "{name}".')
    if config_name not in backend.endpoint_configs:
        raise ValidationError(message=f'Could not find endpoint configuration "{config_name}".')
    if endpoint.endpoint_status in ("Creating", "Updating"):
        raise ValidationError(message=f'Cannot update in-progress endpoint "{endpoint.arn}".')
    if config_name != endpoint.endpoint_config_name:
        policy = response._get_param("DeploymentConfig") or {}
        _hosting(response).deploy(endpoint, config_name, policy, is_new=False, retained=_retained(response))
    return ActionResult({"EndpointArn": endpoint.arn})


def _retained(response: SageMakerResponse) -> frozenset[str]:
    if not response._get_param("RetainAllVariantProperties"):
        return frozenset()
    excluded = response._get_param("ExcludeRetainedVariantProperties") or ()
    return _RETAINED - {each["VariantPropertyType"] for each in excluded}


def _delete_endpoint(response: SageMakerResponse) -> EmptyResult:
    answer = _delete(response)
    _hosting(response).forget(response._get_param("EndpointName"))
    return answer


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
