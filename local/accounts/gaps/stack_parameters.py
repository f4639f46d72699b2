"""A stack's parameters, where moto's CloudFormation differs.

DescribeStacks tells an SSM parameter's path from its value; UsePreviousValue works for a parameter that was never
given; an SSM parameter that does not exist is named.
"""

from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack, StackSet
from moto.cloudformation.parsing import ResourceMap

_parse_ssm_parameter = ResourceMap.parse_ssm_parameter


def install() -> None:
    """Put these in the place of moto's own."""
    Stack.parameter_list = property(_parameter_list)
    CloudFormationBackend._resolve_update_parameters = _update_parameters
    ResourceMap.parse_ssm_parameter = _read_parameter


def _read_parameter(resources: ResourceMap, value: str, value_type: str) -> Any:
    try:
        return _parse_ssm_parameter(resources, value, value_type)
    except AttributeError:
        message = f"Unable to fetch parameters [{value}] from parameter store for this account."
        raise ValidationError(message=message) from None


def _parameter_list(stack: Stack) -> list[dict[str, Any]]:
    slots = stack.template_dict.get("Parameters", {})
    return [
        _described(key, value, slots[key], stack.resource_map.input_parameters)
        for key, value in stack.resource_map.resolved_parameters.items()
        if key in slots
    ]


def _described(key: str, value: Any, slot: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    if slot.get("NoEcho"):
        return {"ParameterKey": key, "ParameterValue": "****"}
    if slot["Type"].startswith("AWS::SSM::Parameter::"):
        return {"ParameterKey": key, "ParameterValue": given.get(key, slot.get("Default")), "ResolvedValue": value}
    return {"ParameterKey": key, "ParameterValue": value}


def _update_parameters(
    _: CloudFormationBackend, instance: Stack | StackSet, incoming_params: list[dict[str, Any]]
) -> dict[str, str]:
    return {
        parameter["ParameterKey"]: parameter["ParameterValue"]
        if "ParameterValue" in parameter
        else instance.parameters[parameter["ParameterKey"]]
        for parameter in incoming_params
        # One that was never given keeps its default.
        if "ParameterValue" in parameter or parameter["ParameterKey"] in instance.parameters
    }
