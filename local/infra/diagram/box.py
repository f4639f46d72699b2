"""What a picture says about each stack."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.infra.assembly import Resource, SynthesizedStack
from local.infra.diagram.words import SHOWN
from local.infra.intrinsics import as_text

_MOST_NAMES = 14
# Any of these in a resource's properties ties it to the VPC's subnets.
_VPC_MARKS = ("VpcConfig", "VPCConfig", "VpcId", "SubnetIds", "SubnetId", "NetworkConfiguration")
# Named after what they belong to, so their number says enough.
_COUNTED = ("AWS::EC2::Subnet", "AWS::Logs::LogGroup", "AWS::SSM::Parameter")
_OBVIOUS = ("app", "group", "acl", "plan", "scalable", "target", "space")
_NETWORK_ITSELF = ("AWS::EC2::VPC",)
# An endpoint lies where its model does, and says so only through these.
_LEADS_ON = ("AWS::SageMaker::Endpoint", "AWS::SageMaker::EndpointConfig")


@dataclass(frozen=True, kw_only=True)
class Group:
    """The resources of one kind in one stack, as a text."""

    text: str
    in_vpc: bool


@dataclass(frozen=True, kw_only=True)
class Box:
    """One stack. ``uses`` are the stacks whose values it imports, ``follows`` those it only is deployed after."""

    name: str
    stack_name: str
    groups: tuple[Group, ...]
    others: int
    uses: tuple[str, ...]
    follows: tuple[str, ...]
    reached_by: tuple[str, ...]


def boxes(stacks: Sequence[SynthesizedStack], names: Mapping[tuple[str, str], str]) -> tuple[Box, ...]:
    """A box for each stack of one environment; ``names`` are those of the construct tree."""
    exporter = {
        as_text(output["Export"]["Name"]): stack.name
        for stack in stacks
        for output in stack.template.get("Outputs", {}).values()
        if "Export" in output
    }
    return tuple(_box(stack, names, exporter) for stack in stacks)


def _box(stack: SynthesizedStack, names: Mapping[tuple[str, str], str], exporter: Mapping[str, str]) -> Box:
    uses = {exporter[name] for name in _imports(stack.template) if name in exporter}
    follows = {need.partition("/")[2] for need in stack.needs} - uses
    resources = {resource.logical_id: resource for resource in stack.resources}
    groups = []
    for type_ in SHOWN:
        for in_vpc in (True, False):
            found = [
                resource
                for resource in resources.values()
                if resource.type == type_ and _in_vpc(resource, resources) is in_vpc
            ]
            if found:
                called = [_called(resource, stack, names) for resource in found]
                groups.extend(Group(text=text, in_vpc=in_vpc) for text in _texts(type_, found, called))
    return Box(
        name=stack.name,
        stack_name=stack.stack_name,
        groups=tuple(groups),
        others=sum(resource.type not in SHOWN for resource in resources.values()),
        uses=tuple(sorted(uses)),
        follows=tuple(sorted(follows)),
        reached_by=tuple(dict.fromkeys(_from_outside(resources.values()))),
    )


def _imports(value: Any) -> set[str]:
    """The export names that a template imports, wherever in it."""
    if isinstance(value, Mapping):
        own = {as_text(value["Fn::ImportValue"])} if "Fn::ImportValue" in value else set()
        return own.union(*(_imports(child) for child in value.values()))
    if isinstance(value, list):
        return set().union(*(_imports(child) for child in value))
    return set()


def _in_vpc(resource: Resource, resources: Mapping[str, Resource]) -> bool:
    if resource.type in _NETWORK_ITSELF:
        return True
    text = json.dumps(resource.properties)
    if any(f'{mark}"' in text or f'{mark}\\"' in text for mark in _VPC_MARKS):
        return True
    return resource.type in _LEADS_ON and any(
        _in_vpc(other, resources)
        for logical_id, other in resources.items()
        if f'"{logical_id}"' in text and other.type in (*_LEADS_ON, "AWS::SageMaker::Model")
    )


def _called(resource: Resource, stack: SynthesizedStack, names: Mapping[tuple[str, str], str]) -> str:
    if resource.type == "AWS::EC2::VPCEndpoint":
        service = as_text(resource.properties["ServiceName"]).rpartition(f"{stack.region}.")[2]
        return service.rpartition("}.")[2]
    return names.get((stack.path, resource.logical_id), resource.logical_id)


def _texts(type_: str, found: Sequence[Resource], called: Sequence[str]) -> Iterator[str]:
    one, many = SHOWN[type_]
    if type_ == "AWS::IAM::Role":
        # Roles of functions and jobs have the names of these; those that people take on are worth naming.
        service = sum(not _taken_on_by_others(role) for role in found)
        if service:
            yield "1 service role" if service == 1 else f"{service} service roles"
        called = [name for name, role in zip(called, found, strict=True) if _taken_on_by_others(role)]
    unique = list(dict.fromkeys(called))
    if len(called) == 1:
        (name,) = unique
        if set(name.split()) <= {*one.lower().split(), *_OBVIOUS}:
            yield one
        else:
            yield name if name.endswith(f" {one.lower()}") else f"{one} {name}"
    elif type_ in _COUNTED or len(unique) == 1:
        yield f"{len(called)} {many}"
    elif called:
        more = f" and {len(unique) - _MOST_NAMES} more" if len(unique) > _MOST_NAMES else ""
        yield f"{len(called)} {many}: {', '.join(unique[:_MOST_NAMES])}{more}"


def _taken_on_by_others(role: Resource) -> bool:
    """Whether a role's trust policy names an account, a role or a user, and not only AWS's services."""
    trust = role.properties.get("AssumeRolePolicyDocument", {})
    principals = [statement.get("Principal") for statement in trust.get("Statement", ())]
    return any(isinstance(principal, Mapping) and "AWS" in principal for principal in principals)


def _from_outside(resources: Iterable[Resource]) -> list[str]:
    """Who reaches into a stack from outside of the account, as the templates say."""
    found = []
    for resource in resources:
        if resource.type == "AWS::ApiGateway::RestApi":
            types = resource.properties.get("EndpointConfiguration", {}).get("Types", ["EDGE"])
            found += ["clients of the API"] if "PRIVATE" not in types else []
        elif resource.type == "AWS::IAM::Role" and _taken_on_by_others(resource):
            found.append("people and Jenkins, by role")
    return found
