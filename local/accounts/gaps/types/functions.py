"""Lambda functions: moto's own CloudFormation drops their architecture."""

from collections.abc import Mapping
from typing import Any

from local.accounts.gaps.resource_type import FollowUp, Properties, ResourceType


def _code(properties: Properties, known: Mapping[str, Any]) -> Properties:
    return {**properties["Code"], "FunctionName": known["FunctionName"]}


def _concurrency(properties: Properties, known: Mapping[str, Any]) -> Properties | None:
    if "ReservedConcurrentExecutions" not in properties:
        return None
    return {**properties, "FunctionName": known["FunctionName"]}


FUNCTIONS = (
    ResourceType(
        name="AWS::Lambda::Function",
        service="lambda",
        create="create_function",
        update="update_function_configuration",
        delete="delete_function",
        keys=("FunctionName",),
        physical_id="{FunctionName}",
        attributes={"Arn": "{FunctionArn}"},
        name_property="FunctionName",
        follow_ups=(
            FollowUp(operation="update_function_code", parameters=_code, after_creation=False),
            FollowUp(operation="put_function_concurrency", parameters=_concurrency),
        ),
    ),
)
