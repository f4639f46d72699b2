"""Deleting a stack, where moto's CloudFormation differs.

Termination protection is kept, changed and respected, as is an update that runs; a resource is deleted before those it
refers to, once. Still missing: an export that another stack uses can be deleted.
"""

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from local.accounts.gaps.endpoint_deployments import hosting_of
from local.accounts.gaps.reconciliation import delete_all

_delete_stack = CloudFormationBackend.delete_stack
_delete_resources = Stack.delete


def install() -> None:
    """Put these in the place of moto's own."""
    Stack.delete = _delete_one
    ResourceMap.delete = delete_all
    CloudFormationBackend.delete_stack = _delete
    CloudFormationResponse.update_termination_protection = _update_termination_protection


def _delete_one(stack: Stack) -> None:
    stack.status = "DELETE_IN_PROGRESS"
    _delete_resources(stack)


def _delete(backend: CloudFormationBackend, name_or_stack_id: str) -> None:
    hosting_of(backend.account_id, backend.region_name).give_up_unattended()
    for stack in backend.stacks.values():
        if name_or_stack_id not in (stack.name, stack.stack_id):
            continue
        if stack.enable_termination_protection:
            raise ValidationError(
                stack.name,
                message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled",
            )
        if stack.status.startswith("UPDATE_") and stack.status.endswith("_IN_PROGRESS"):
            message = f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}"
            raise ValidationError(stack.name, message=message)
    _delete_stack(backend, name_or_stack_id)


def _update_termination_protection(response: CloudFormationResponse) -> ActionResult:
    stack = response.cloudformation_backend.get_stack(response._get_param("StackName"))
    stack.enable_termination_protection = response._get_bool_param("EnableTerminationProtection", False)
    return ActionResult({"StackId": stack.stack_id})
