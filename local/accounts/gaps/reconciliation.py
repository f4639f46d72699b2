"""A stack's resources brought to what its template says now.

moto's own update changes only the resources whose text in the template changed or names a changed parameter. Here, as
in CloudFormation, what counts are the properties after all references are followed: a replaced model changes the
endpoint configuration that names it, which changes the endpoint; a condition that turns takes resources in or out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.parsing import ResourceMap
from moto.core.common_models import CloudFormationModel

from local.accounts.gaps.declared import DeclaredResource
from local.accounts.gaps.endpoint_deployments import EndpointDeployment, hosting_of
from local.accounts.gaps.references import in_dependency_order

_ENDPOINT = "AWS::SageMaker::Endpoint"
# A resource and the properties with which it was made.
_Made = tuple[DeclaredResource, dict[str, Any]]
_parse = parsing.parse_resource_and_generate_name
_create_resource = parsing.parse_and_create_resource


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A stack's operation cannot go on before an endpoint's deployment has ended."""

    logical_id: str
    resource: DeclaredResource
    deployment: EndpointDeployment


def install() -> None:
    """Let moto remember the properties with which it made each resource, and tell what it could not make."""

    def remember(
        logical_id: str, resource_json: dict[str, Any], resources_map: ResourceMap
    ) -> tuple[type[CloudFormationModel], dict[str, Any], str] | None:
        parsed = _parse(logical_id, resource_json, resources_map)
        if parsed is not None:
            # moto's models write into what they are given.
            _made_of(resources_map)[logical_id] = _copy(parsed[1])
        return parsed

    parsing.parse_resource_and_generate_name = remember
    parsing.parse_and_create_resource = _create


def _create(
    logical_id: str, resource_json: dict[str, Any], resources_map: ResourceMap, *rest: Any, **given: Any
) -> Any:
    try:
        return _create_resource(logical_id, resource_json, resources_map, *rest, **given)
    except KeyError as error:
        _blame(resources_map, logical_id, resource_json)
        # moto would take it for a resource that the template does not have.
        raise ValidationError(message=f"no {error}") from error
    except Exception:
        _blame(resources_map, logical_id, resource_json)
        raise


def failed_resource(resources: ResourceMap) -> tuple[str, str] | None:
    """Logical id and type of what failed since this was asked last; None if it was no single resource."""
    failed: tuple[str, str] | None = resources.__dict__.pop("_failed", None)
    return failed


def _blame(resources: ResourceMap, logical_id: str, body: dict[str, Any]) -> None:
    # The first is the cause: a resource that refers to it fails after it.
    resources.__dict__.setdefault("_failed", (logical_id, body["Type"]))


def load(resources: ResourceMap, template: dict[str, Any], parameters: dict[str, Any]) -> None:
    """Take in another template and other parameters; SSM parameters are read anew. Makes and changes nothing."""
    resources._template = template
    resources.input_parameters = parameters
    resources.resolved_parameters = {}
    resources.load_mapping()
    resources.load_parameters()
    resources.load_conditions()


def reconcile(resources: ResourceMap, before: dict[str, Any]) -> Iterator[Waiting]:
    """Make, change, replace and delete resources after ``load``; ``before`` are the former template's resources.

    Whoever goes through it goes on when what it waits for has ended, or throws in what went wrong with that.

    As in CloudFormation, what is replaced or gone is deleted last, so that nothing refers to it any more; and if
    something fails, what was replaced is in force again, for another ``load`` and ``reconcile`` to go back.
    """
    after = resources._template["Resources"]
    resources._resource_json_map = after
    wanted = [name for name in in_dependency_order(after) if _is_wanted(resources, after[name])]
    replaced: dict[str, _Made] = {}
    try:
        for name in wanted:
            _bring_about(resources, name, before, replaced)
            yield from deployments(resources, name)
    except Exception:
        _put_back(resources, replaced)
        raise
    for name in reversed(in_dependency_order(before)):
        if name not in wanted and name in resources._parsed_resources:
            _delete(resources, name, before[name])
    for old, _ in reversed([*_discarded(resources), *replaced.values()]):
        old.delete(resources._account_id, resources._region_name)
    _discarded(resources).clear()


def deployments(resources: ResourceMap, name: str) -> Iterator[Waiting]:
    """What to wait for after a resource was made or changed: the deployment that an endpoint began."""
    resource = resources._parsed_resources.get(name)
    if not isinstance(resource, DeclaredResource) or resource.type != _ENDPOINT:
        return
    deployment = hosting_of(resources._account_id, resources._region_name).take(resource.values["EndpointName"])
    if deployment is not None:
        yield Waiting(logical_id=name, resource=resource, deployment=deployment)


def _bring_about(resources: ResourceMap, name: str, before: dict[str, Any], replaced: dict[str, _Made]) -> None:
    body = resources._resource_json_map[name]
    if name not in resources._parsed_resources:
        _ = resources[name]
    elif body["Type"] != before[name]["Type"]:
        _delete(resources, name, before[name])
        _ = resources[name]
    else:
        try:
            _change(resources, name, replaced)
        except Exception:
            _blame(resources, name, body)
            raise


def delete_all(resources: ResourceMap) -> None:
    """Delete a stack's resources, each before those it refers to; what is to be retained stays."""
    bodies = resources._resource_json_map
    for name in reversed(in_dependency_order(bodies)):
        if name in resources._parsed_resources:
            _delete(resources, name, bodies[name])


def _is_wanted(resources: ResourceMap, body: dict[str, Any]) -> bool:
    return "Condition" not in body or resources.lazy_condition_map[body["Condition"]]


def _change(resources: ResourceMap, name: str, replaced: dict[str, _Made]) -> None:
    body = resources._resource_json_map[name]
    old = resources._parsed_resources[name]
    wanted = parsing.clean_json({"Properties": {}, **body}, resources)
    made_of = _made_of(resources).get(name, {})
    if wanted.get("Properties") == made_of.get("Properties"):
        return
    if hasattr(type(old).update_from_cloudformation_json, "__isabstractmethod__"):
        _delete(resources, name, body)
        _ = resources[name]
        return
    new = parsing.parse_and_update_resource(name, body, resources, resources._account_id, resources._region_name)
    resources._parsed_resources[name] = new
    if isinstance(old, DeclaredResource) and new.physical_resource_id != old.physical_resource_id:
        replaced[name] = (old, made_of)


def _put_back(resources: ResourceMap, replaced: dict[str, _Made]) -> None:
    for name, (old, made_of) in replaced.items():
        _discarded(resources).append((resources._parsed_resources[name], _made_of(resources)[name]))
        resources._parsed_resources[name] = old
        _made_of(resources)[name] = made_of


def _delete(resources: ResourceMap, name: str, body: dict[str, Any]) -> None:
    resource = resources._parsed_resources.pop(name)
    _made_of(resources).pop(name, None)
    if body.get("DeletionPolicy", "Delete") in ("Retain", "RetainExceptOnCreate"):
        return
    resources._delete_resource(resource, body)


def _made_of(resources: ResourceMap) -> dict[str, Any]:
    made: dict[str, Any] = resources.__dict__.setdefault("_made_of", {})
    return made


def _discarded(resources: ResourceMap) -> list[_Made]:
    """What a failed reconciliation had made in another's place, to be deleted when nothing refers to it any more."""
    discarded: list[_Made] = resources.__dict__.setdefault("_discarded", [])
    return discarded


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value
