"""Stacks as CloudFormation treats them, where moto does not.

Added: an update reads SSM parameters anew and follows every reference (``reconciliation``); one that changes nothing is
refused with "No updates are to be performed."; a failed creation or update is undone and told in the stack's events;
several stacks can be made at a time.

Still missing: everything is done when the call answers, so that a stack is seen in progress by others only; there are
no update policies and no alarms that roll back; change sets are moto's own.
"""

import logging
from collections import OrderedDict
from typing import Any

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.models import CloudFormationBackend, Event, Stack, cloudformation_backends
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudformation.utils import generate_stack_id
from moto.core.utils import utcnow

from local.accounts.gaps.reconciliation import delete_all, failed_resource, load, reconcile

_LOG = logging.getLogger(__name__)
_init_backend = CloudFormationBackend.__init__
_outputs = Stack.outputs.fget
_WITH_OUTPUTS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


def install() -> None:
    """Put these in the place of moto's own."""
    Stack.update = _update
    Stack.stack_resources = property(_resources)
    Stack.outputs = property(_outputs_when_done)
    CloudFormationBackend.__init__ = _init
    CloudFormationBackend.create_stack = _create
    # It compares the parameters' texts, so it misses an SSM parameter whose value changed; ``_update`` compares values.
    CloudFormationResponse._validate_different_update = lambda *_: None


class _Steady(OrderedDict[str, Any]):
    """A dictionary that may be gone through while another thread adds to it: several stacks are made at a time."""

    def values(self) -> Any:
        return list(super().values())


def _init(backend: CloudFormationBackend, region_name: str, account_id: str) -> None:
    _init_backend(backend, region_name, account_id)
    backend.stacks, backend.exports = _Steady(), _Steady()


def _create(
    backend: CloudFormationBackend, name: str, template: str, parameters: dict[str, Any], **given: Any
) -> Stack:
    if any(stack.name == name for stack in backend.stacks.values()):
        raise AlreadyExistsException(f"Stack {name} already exists")
    place = {"account_id": backend.account_id, "region_name": backend.region_name}
    stack = Stack(
        stack_id=generate_stack_id(name, backend.region_name, backend.account_id),
        name=name,
        template=template,
        parameters=parameters,
        cross_stack_resources=backend.exports,
        **place,
        **given,
    )
    # moto hands over a copy of the exports if there was none yet.
    stack.cross_stack_resources = stack.resource_map.cross_stack_resources = backend.exports
    stack.status = "CREATE_IN_PROGRESS"
    backend.stacks[stack.stack_id] = stack
    stack._add_stack_event(stack.status, resource_status_reason="User Initiated")
    try:
        stack.create_resources()
        backend._validate_export_uniqueness(stack)
        backend.exports.update({export.name: export for export in stack.exports})
    except Exception as error:
        # CreateStack answers before anything is made: what fails later is told by the stack's status and events.
        _LOG.warning("%s: not created", name, exc_info=True)
        _tell(stack, "CREATE_FAILED", error)
        stack.status = "ROLLBACK_COMPLETE"
        try:
            delete_all(stack.resource_map)
        except Exception as left:
            _tell(stack, "DELETE_FAILED", left)
            stack.status = "ROLLBACK_FAILED"
        # moto makes what it is asked for: whoever asks for the rest must not make it anew.
        stack.resource_map._resource_json_map, stack.output_map._output_json_map = {}, {}
        stack._add_stack_event(stack.status)
    return stack


def _update(
    stack: Stack,
    template: str,
    role_arn: str | None = None,
    parameters: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    resources = stack.resource_map
    former = resources._template, resources.input_parameters, resources.resolved_parameters
    wanted = Stack.parse_template(template)
    load(resources, wanted, parameters or {})
    # The text, because moto writes into the template it has taken apart.
    same = wanted == Stack.parse_template(stack.template) and resources.resolved_parameters == former[2]
    if same and tags in (None, stack.tags):
        raise ValidationError(stack.name, message="No updates are to be performed.")
    stack.status = "UPDATE_IN_PROGRESS"
    stack._add_stack_event(stack.status, resource_status_reason="User Initiated")
    try:
        reconcile(resources, former[0]["Resources"])
    except Exception as error:
        _LOG.warning("%s: not updated", stack.name, exc_info=True)
        _tell(stack, "UPDATE_FAILED", error)
        _roll_back(stack, wanted, *former)
        return
    stack.last_updated_time = utcnow()
    stack.template, stack.parameters, stack.role_arn = template, parameters or {}, role_arn
    stack._parse_template()
    if tags is not None:
        stack.tags = tags
    _renew_outputs(stack)
    stack.status = "UPDATE_COMPLETE"
    stack._add_stack_event(stack.status)


def _roll_back(
    stack: Stack, failed: dict[str, Any], template: dict[str, Any], parameters: dict[str, Any], values: dict[str, Any]
) -> None:
    resources = stack.resource_map
    load(resources, template, parameters)
    # The values of SSM parameters as they were, not as they are now.
    resources.resolved_parameters = values
    resources._parsed_resources.update(values)
    resources.load_conditions()
    try:
        reconcile(resources, {**template["Resources"], **failed["Resources"]})
        stack.status = "UPDATE_ROLLBACK_COMPLETE"
    except Exception as error:
        _tell(stack, "UPDATE_FAILED", error)
        stack.status = "UPDATE_ROLLBACK_FAILED"
    stack._add_stack_event(stack.status)


def _renew_outputs(stack: Stack) -> None:
    backend = cloudformation_backends[stack.account_id][stack.region_name]
    _forget_exports(backend, stack)
    stack.output_map = stack._create_output_map()
    backend.exports.update({export.name: export for export in stack.exports})


def _forget_exports(backend: CloudFormationBackend, stack: Stack) -> None:
    for name in [name for name, export in backend.exports.items() if export._exporting_stack_id == stack.stack_id]:
        del backend.exports[name]


def _tell(stack: Stack, status: str, error: Exception) -> None:
    """Add an event for the resource that failed: the CDK command line quotes those, and not the stack's own."""
    reason = getattr(error, "message", None) or str(error) or type(error).__name__
    logical_id, resource_type = failed_resource(stack.resource_map) or (stack.name, "AWS::CloudFormation::Stack")
    event = Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=logical_id,
        physical_resource_id="",
        resource_type=resource_type,
        resource_status=status,
        resource_status_reason=reason,
        resource_properties=None,
    )
    stack.events.append(event)


def _outputs_when_done(stack: Stack) -> Any:
    # moto makes what it is asked for: to ask for the outputs of a stack that is being made, or is gone, would make its
    # resources a second time.
    return _outputs(stack) if stack.status in _WITH_OUTPUTS else None


def _resources(stack: Stack) -> list[Any]:
    made = stack.resource_map._parsed_resources
    return [made[name] for name in stack.resource_map.resources if made.get(name) is not None]
