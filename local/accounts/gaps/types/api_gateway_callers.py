"""API Gateway: who may call it, and how often; moto has no CloudFormation for these."""

from local.accounts.gaps.resource_type import Properties, ResourceType


def _account(properties: Properties) -> Properties:
    role = properties.get("CloudWatchRoleArn")
    return {"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}] if role else []}


API_GATEWAY_CALLERS = (
    ResourceType(
        name="AWS::ApiGateway::ApiKey",
        service="apigateway",
        create="create_api_key",
        delete="delete_api_key",
        keys=("id",),
        delete_key_names={"id": "apiKey"},
        physical_id="{id}",
        attributes={"APIKeyId": "{id}"},
        name_property="Name",
    ),
    ResourceType(
        name="AWS::ApiGateway::UsagePlan",
        service="apigateway",
        create="create_usage_plan",
        delete="delete_usage_plan",
        keys=("id",),
        delete_key_names={"id": "usagePlanId"},
        physical_id="{id}",
        attributes={"Id": "{id}"},
        name_property="UsagePlanName",
        prepare=lambda properties: {**properties, "Name": properties["UsagePlanName"]},
    ),
    ResourceType(
        name="AWS::ApiGateway::UsagePlanKey",
        service="apigateway",
        create="create_usage_plan_key",
        delete="delete_usage_plan_key",
        keys=("UsagePlanId", "KeyId"),
        physical_id="{KeyId}:{UsagePlanId}",
        attributes={"Id": "{KeyId}:{UsagePlanId}"},
    ),
    ResourceType(
        name="AWS::ApiGateway::Account",
        service="apigateway",
        create="update_account",
        # CloudFormation leaves the account's setting as it is, too.
        delete=None,
        physical_id="{AccountId}-{Region}",
        attributes={"Id": "{AccountId}-{Region}"},
        prepare=_account,
    ),
)
