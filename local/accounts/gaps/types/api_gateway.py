"""API Gateway: the API itself. moto's own CloudFormation drops request models, validators, settings and stages."""

from collections.abc import Mapping
from typing import Any

from local.accounts.gaps.resource_type import FollowUp, Properties, ResourceType

_METHOD_SETTINGS = {
    "MetricsEnabled": "metrics/enabled",
    "LoggingLevel": "logging/loglevel",
    "DataTraceEnabled": "logging/dataTrace",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "ThrottlingRateLimit": "throttling/rateLimit",
}


def _integration(properties: Properties, _: Mapping[str, Any]) -> Properties | None:
    integration = properties.get("Integration")
    if integration is None:
        return None
    place = {name: properties[name] for name in ("RestApiId", "ResourceId", "HttpMethod")}
    return {**integration, **place, "TimeoutInMillis": integration.get("TimeoutInMillis", 29_000)}


def _stage_settings(properties: Properties, _: Mapping[str, Any]) -> Properties | None:
    patches = [
        {"op": "replace", "path": _path(setting, key), "value": _text(setting[key])}
        for setting in properties.get("MethodSettings", [])
        for key in _METHOD_SETTINGS
        if key in setting
    ]
    access_log = properties.get("AccessLogSetting", {})
    patches += [
        {"op": "replace", "path": f"/accessLogSettings/{name}", "value": access_log[key]}
        for key, name in (("DestinationArn", "destinationArn"), ("Format", "format"))
        if key in access_log
    ]
    if not patches:
        return None
    return {**{name: properties[name] for name in ("RestApiId", "StageName")}, "patchOperations": patches}


def _stage_update(properties: Properties) -> Properties:
    patch = {"op": "replace", "path": "/deploymentId", "value": properties["DeploymentId"]}
    return {**properties, "patchOperations": [patch]}


def _path(setting: Mapping[str, Any], key: str) -> str:
    # In a patch, the slashes of the resource's path are escaped; in the template, so is its first one.
    resource = setting.get("ResourcePath", "/*").removeprefix("/") or "~1"
    resource = resource if resource.startswith(("~1", "*")) else "~1" + resource.replace("/", "~1")
    return f"/{resource}/{setting.get('HttpMethod', '*')}/{_METHOD_SETTINGS[key]}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


API_GATEWAY = (
    ResourceType(
        name="AWS::ApiGateway::RestApi",
        service="apigateway",
        create="create_rest_api",
        delete="delete_rest_api",
        keys=("id",),
        delete_key_names={"id": "restApiId"},
        physical_id="{id}",
        attributes={"RootResourceId": "{rootResourceId}", "RestApiId": "{id}"},
        name_property="Name",
    ),
    ResourceType(
        name="AWS::ApiGateway::Resource",
        service="apigateway",
        create="create_resource",
        delete="delete_resource",
        keys=("RestApiId", "id"),
        delete_key_names={"id": "resourceId"},
        physical_id="{id}",
        attributes={"ResourceId": "{id}"},
    ),
    ResourceType(
        name="AWS::ApiGateway::Method",
        service="apigateway",
        create="put_method",
        delete="delete_method",
        keys=("RestApiId", "ResourceId", "HttpMethod"),
        physical_id="{RestApiId}|{ResourceId}|{HttpMethod}",
        follow_ups=(FollowUp(operation="put_integration", parameters=_integration),),
    ),
    ResourceType(
        name="AWS::ApiGateway::Model",
        service="apigateway",
        create="create_model",
        delete="delete_model",
        keys=("RestApiId", "Name"),
        delete_key_names={"Name": "modelName"},
        physical_id="{Name}",
        name_property="Name",
    ),
    ResourceType(
        name="AWS::ApiGateway::RequestValidator",
        service="apigateway",
        create="create_request_validator",
        delete="delete_request_validator",
        keys=("RestApiId", "id"),
        delete_key_names={"id": "requestValidatorId"},
        physical_id="{id}",
        attributes={"RequestValidatorId": "{id}"},
    ),
    ResourceType(
        name="AWS::ApiGateway::GatewayResponse",
        service="apigateway",
        create="put_gateway_response",
        delete="delete_gateway_response",
        keys=("RestApiId", "ResponseType"),
        physical_id="{RestApiId}-{ResponseType}",
    ),
    ResourceType(
        name="AWS::ApiGateway::Deployment",
        service="apigateway",
        create="create_deployment",
        delete="delete_deployment",
        keys=("RestApiId", "id"),
        delete_key_names={"id": "deploymentId"},
        physical_id="{id}",
        attributes={"DeploymentId": "{id}"},
    ),
    ResourceType(
        name="AWS::ApiGateway::Stage",
        service="apigateway",
        create="create_stage",
        update="update_stage",
        delete="delete_stage",
        keys=("RestApiId", "StageName"),
        physical_id="{StageName}",
        prepare_update=_stage_update,
        follow_ups=(FollowUp(operation="update_stage", parameters=_stage_settings),),
    ),
)
