"""CloudFormation stacks and what they made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.accounts.credentials import Credentials


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack; ``parameters`` hold the values in use (an SSM parameter's value, not its path)."""

    name: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    termination_protection: bool


@dataclass(frozen=True, kw_only=True)
class StackResource:
    """A resource that a stack made; ``physical_id`` is what Ref gives."""

    stack: str
    logical_id: str
    type: str
    physical_id: str


def stacks(credentials: Credentials) -> tuple[Stack, ...]:
    """All stacks by name, the CDK's own left out."""
    pages = credentials.client("cloudformation").get_paginator("describe_stacks").paginate()
    found = [_stack(stack) for page in pages for stack in page["Stacks"] if stack["StackName"] != "CDKToolkit"]
    return tuple(sorted(found, key=lambda stack: stack.name))


def resources(credentials: Credentials, stack: str) -> tuple[StackResource, ...]:
    """What a stack made, in its template's order."""
    pages = credentials.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return tuple(
        StackResource(
            stack=stack,
            logical_id=resource["LogicalResourceId"],
            type=resource["ResourceType"],
            physical_id=resource["PhysicalResourceId"],
        )
        for page in pages
        for resource in page["StackResourceSummaries"]
    )


def find(credentials: Credentials, resource_type: str) -> tuple[StackResource, ...]:
    """What all stacks made of one type."""
    return tuple(
        resource
        for stack in stacks(credentials)
        for resource in resources(credentials, stack.name)
        if resource.type == resource_type
    )


def template(credentials: Credentials, stack: str) -> Mapping[str, Any]:
    """The template with which a stack was deployed last."""
    body = credentials.client("cloudformation").get_template(StackName=stack)["TemplateBody"]
    return json.loads(body) if isinstance(body, str) else body


def _stack(stack: Mapping[str, Any]) -> Stack:
    return Stack(
        name=stack["StackName"],
        status=stack["StackStatus"],
        parameters={
            parameter["ParameterKey"]: parameter.get("ResolvedValue", parameter["ParameterValue"])
            for parameter in stack.get("Parameters", ())
        },
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())},
        termination_protection=stack.get("EnableTerminationProtection", False),
    )
