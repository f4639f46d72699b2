"""A stack's creation and update, step by step: each can wait for an endpoint's deployment without holding a thread.

The steps are a generator that stops where CloudFormation would wait. ``proceed`` runs it as far as it goes; what is
waited for runs it on from there when that has ended, in whichever thread says so.
"""

import logging
from collections.abc import Iterator
from typing import Any

from moto.cloudformation.models import CloudFormationBackend, Stack, cloudformation_backends

from local.accounts.errors import EmulatorError
from local.accounts.gaps.endpoint_deployments import AT_ONCE
from local.accounts.gaps.reconciliation import Waiting, delete_all, deployments, load, reconcile
from local.accounts.gaps.stack_events import tell_failure, tell_resource, tell_stack

Steps = Iterator[Waiting]
Former = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
"""A template, the parameters given for it, and the values they had."""

_LOG = logging.getLogger(__name__)


class DeploymentFailedError(EmulatorError):
    """SageMaker has put the endpoint's former configuration back, or could not create it."""


def proceed(stack: Stack, steps: Any, failure: Exception | None = None) -> None:
    """Go on with an operation until it has ended or must wait."""
    try:
        waiting: Waiting = next(steps) if failure is None else steps.throw(failure)
    except StopIteration:
        return
    deployment = waiting.deployment
    verb = "CREATE" if deployment.is_new else "UPDATE"

    def tell(status: str, reason: str | None = None) -> None:
        resource = waiting.resource
        physical_id = resource.physical_resource_id
        tell_resource(stack, waiting.logical_id, resource.type, status, physical_id=physical_id, reason=reason)

    def go_on(problem: str | None) -> None:
        if problem is None:
            tell(f"{verb}_COMPLETE", None if deployment.attended else AT_ONCE)
            proceed(stack, steps)
        else:
            tell(f"{verb}_FAILED", problem)
            proceed(stack, steps, DeploymentFailedError(problem))

    tell(f"{verb}_IN_PROGRESS")
    deployment.when_ended(go_on)


def creation(backend: CloudFormationBackend, stack: Stack) -> Steps:
    """Make what the template says, or nothing."""
    try:
        stack.resource_map.create(stack.template_dict)
        for name in list(stack.resource_map.resources):
            yield from deployments(stack.resource_map, name)
        stack.description = stack.template_dict.get("Description")
        stack.status = "CREATE_COMPLETE"  # only then a stack has outputs
        backend._validate_export_uniqueness(stack)
        backend.exports.update({export.name: export for export in stack.exports})
        tell_stack(stack, "CREATE_COMPLETE")
    except Exception as error:
        # CreateStack answers before anything is made: what fails later is told by the stack's status and events.
        _LOG.warning("%s: not created", stack.name, exc_info=True)
        if not isinstance(error, DeploymentFailedError):
            tell_failure(stack, "CREATE_FAILED", error)
        outcome = "ROLLBACK_COMPLETE"
        try:
            delete_all(stack.resource_map)
        except Exception as left:
            tell_failure(stack, "DELETE_FAILED", left)
            outcome = "ROLLBACK_FAILED"
        # moto makes what it is asked for: whoever asks for the rest must not make it anew.
        stack.resource_map._resource_json_map, stack.output_map._output_json_map = {}, {}
        tell_stack(stack, outcome)


def update(
    stack: Stack, template: str, parameters: dict[str, Any], *, former: Former, role_arn: str | None, tags: Any
) -> Steps:
    """Bring about what was loaded, or what was there before; ``template`` is the loaded one's text."""
    resources = stack.resource_map
    try:
        yield from reconcile(resources, former[0]["Resources"])
    except Exception as error:
        _LOG.warning("%s: not updated", stack.name, exc_info=True)
        if not isinstance(error, DeploymentFailedError):
            tell_failure(stack, "UPDATE_FAILED", error)
        yield from _roll_back(stack, resources._template, former)
        return
    stack.template, stack.parameters, stack.role_arn = template, parameters, role_arn
    stack._parse_template()
    if tags is not None:
        stack.tags = tags
    _renew_outputs(stack)
    tell_stack(stack, "UPDATE_COMPLETE")


def _roll_back(stack: Stack, failed: dict[str, Any], former: Former) -> Steps:
    resources = stack.resource_map
    template, parameters, values = former
    tell_stack(stack, "UPDATE_ROLLBACK_IN_PROGRESS")
    try:
        load(resources, template, parameters)
        # The values of SSM parameters as they were, not as they are now.
        resources.resolved_parameters = values
        resources._parsed_resources.update(values)
        resources.load_conditions()
        yield from reconcile(resources, {**template["Resources"], **failed["Resources"]})
    except Exception as error:
        tell_failure(stack, "UPDATE_FAILED", error)
        tell_stack(stack, "UPDATE_ROLLBACK_FAILED")
        return
    tell_stack(stack, "UPDATE_ROLLBACK_COMPLETE")


def _renew_outputs(stack: Stack) -> None:
    backend = cloudformation_backends[stack.account_id][stack.region_name]
    for name in [name for name, export in backend.exports.items() if export._exporting_stack_id == stack.stack_id]:
        del backend.exports[name]
    stack.output_map = stack._create_output_map()
    backend.exports.update({export.name: export for export in stack.exports})
