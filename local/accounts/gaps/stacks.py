"""Stacks as CloudFormation treats them, where moto does not.

Added: an update reads SSM parameters anew and follows every reference (``reconciliation``); one that changes nothing is
refused with "No updates are to be performed."; a failed creation or update is undone and told in the stack's events;
several stacks can be made at a time. While an endpoint's deployment runs, its stack is in progress and refuses others.

Still missing: everything else is done when the call answers; there are no update policies; change sets are moto's own.
"""

import threading
from collections import OrderedDict
from typing import Any

from moto.cloudformation.exceptions import AlreadyExistsException, CloudFormationError, ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudformation.utils import generate_stack_id
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from local.accounts.gaps import stack_events
from local.accounts.gaps.endpoint_deployments import hosting_of
from local.accounts.gaps.reconciliation import load
from local.accounts.gaps.stack_operations import creation, proceed, update

_init_backend = CloudFormationBackend.__init__
_outputs = Stack.outputs.fget
_request_update = CloudFormationResponse.update_stack
_WITH_OUTPUTS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
_BEGINNING = threading.Lock()
_request = threading.local()
"""What the request that this thread answers says, where moto does not hand it on."""


class TokenAlreadyExistsException(CloudFormationError):
    """The same request was made before."""

    code = "TokenAlreadyExistsException"


def install() -> None:
    """Put these in the place of moto's own."""
    stack_events.install()
    Stack.update = _update
    Stack.stack_resources = property(_resources)
    Stack.outputs = property(_outputs_when_done)
    CloudFormationBackend.__init__ = _init
    CloudFormationBackend.create_stack = _create
    CloudFormationResponse.update_stack = _update_request
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
    backend.stacks[stack.stack_id] = stack
    stack_events.tell_stack(stack, "CREATE_IN_PROGRESS", "User Initiated")
    proceed(stack, creation(backend, stack))
    return stack


def _update_request(response: CloudFormationResponse) -> ActionResult:
    _request.token = response._get_param("ClientRequestToken")
    try:
        return _request_update(response)
    finally:
        _request.token = None


def _update(
    stack: Stack,
    template: str,
    role_arn: str | None = None,
    parameters: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    token = getattr(_request, "token", None)
    if stack_events.knows(stack, token):
        raise TokenAlreadyExistsException(f"A client request token already exists: {token}")
    hosting_of(stack.account_id, stack.region_name).give_up_unattended()
    given = parameters or {}
    resources = stack.resource_map
    with _BEGINNING:
        if stack.status.endswith("_IN_PROGRESS"):
            message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
            raise ValidationError(stack.name, message=message)
        _outputs_when_done(stack)  # to be told until the new ones are there
        former = resources._template, resources.input_parameters, resources.resolved_parameters
        wanted = Stack.parse_template(template)
        load(resources, wanted, given)
        # The text, because moto writes into the template it has taken apart.
        same = wanted == Stack.parse_template(stack.template) and resources.resolved_parameters == former[2]
        if same and tags in (None, stack.tags):
            raise ValidationError(stack.name, message="No updates are to be performed.")
        stack_events.begin(stack, token)
        stack.last_updated_time = utcnow()
        stack_events.tell_stack(stack, "UPDATE_IN_PROGRESS", "User Initiated")
    proceed(stack, update(stack, template, given, former=former, role_arn=role_arn, tags=tags))


def _outputs_when_done(stack: Stack) -> Any:
    # moto makes what it is asked for: to ask for the outputs of a stack that is being made, or is gone, would make its
    # resources a second time. During an update it has those that it had.
    if stack.status in _WITH_OUTPUTS:
        stack.__dict__["_last_outputs"] = _outputs(stack)
    elif not stack.status.startswith("UPDATE_"):
        return None
    return stack.__dict__.get("_last_outputs")


def _resources(stack: Stack) -> list[Any]:
    made = stack.resource_map._parsed_resources
    return [made[name] for name in stack.resource_map.resources if made.get(name) is not None]
