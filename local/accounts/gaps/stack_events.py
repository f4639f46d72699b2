"""A stack's events: what CloudFormation tells of its operations, each with the token of the request that began it."""

from typing import Any

from moto.cloudformation.models import Event, Stack

from local.accounts.gaps.reconciliation import failed_resource

_STACK = "AWS::CloudFormation::Stack"
_USED, _CURRENT = "_used_tokens", "_current_token"


def install() -> None:
    """Let moto's own events carry the token too."""
    Stack._add_stack_event = _add


def begin(stack: Stack, token: str | None) -> None:
    """An operation begins: events from here on carry ``token``."""
    stack.__dict__[_CURRENT] = token
    if token is not None:
        stack.__dict__.setdefault(_USED, set()).add(token)


def knows(stack: Stack, token: str | None) -> bool:
    """Whether an operation with this token has been begun before."""
    return token is not None and token in stack.__dict__.get(_USED, ())


def tell_stack(stack: Stack, status: str, reason: str | None = None) -> None:
    """Change the stack's status, and add the event."""
    stack.status = status
    stack._add_stack_event(status, resource_status_reason=reason)


def tell_resource(
    stack: Stack, logical_id: str, resource_type: str, status: str, *, physical_id: str = "", reason: str | None = None
) -> None:
    """Add an event of one resource."""
    stack.events.append(_event(stack, logical_id, physical_id, resource_type, status, reason))


def tell_failure(stack: Stack, status: str, error: Exception) -> str:
    """Add an event for the resource that failed, whose logical id is returned.

    The CDK command line quotes those, and not the stack's own.
    """
    reason = getattr(error, "message", None) or str(error) or type(error).__name__
    logical_id, resource_type = failed_resource(stack.resource_map) or (stack.name, _STACK)
    tell_resource(stack, logical_id, resource_type, status, reason=reason)
    return logical_id


def _add(stack: Stack, resource_status: str, resource_status_reason: str | None = None, *_: Any) -> None:
    event = _event(stack, stack.name, stack.stack_id, _STACK, resource_status, resource_status_reason)
    event.sendToSns(stack.account_id, stack.region_name, stack.notification_arns)
    stack.events.append(event)


def _event(
    stack: Stack, logical_id: str, physical_id: str, resource_type: str, status: str, reason: str | None
) -> Event:
    event = Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=logical_id,
        physical_resource_id=physical_id,
        resource_type=resource_type,
        resource_status=status,
        resource_status_reason=reason,
        resource_properties=None,
    )
    event.client_request_token = stack.__dict__.get(_CURRENT)
    return event
