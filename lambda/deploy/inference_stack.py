"""The inference stack, through a CloudFormation client: its state, its history, and the one update done to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError

from deploy.errors import StackError


@dataclass(frozen=True, kw_only=True, slots=True)
class StackState:
    """``live``: the value that CloudFormation last read from the SSM parameter, with which the stack now stands.

    ``parameter_keys`` and ``capabilities`` are repeated at an update; ``changed_at``: when an operation last began.
    """

    status: str
    live: str
    changed_at: datetime
    parameter_keys: tuple[str, ...]
    capabilities: tuple[str, ...]

    @property
    def in_progress(self) -> bool:
        """Whether an operation holds the stack; ``live`` may then be what it is about to become."""
        return self.status.endswith("_IN_PROGRESS")


class Update(Enum):
    """What CloudFormation made of a request to update: nothing differs, or another operation holds the stack."""

    STARTED = "started"
    UNCHANGED = "unchanged"
    BUSY = "busy"


class InferenceStack:
    """``parameter_key``: the logical id of the template parameter, of an SSM type, that reads the approved model."""

    def __init__(self, client: Any, *, name: str, parameter_key: str) -> None:
        self._client = client
        self._name = name
        self._parameter_key = parameter_key

    def state(self) -> StackState:
        """The stack as it is; raises StackError if it lacks the parameter."""
        stack = self._client.describe_stacks(StackName=self._name)["Stacks"][0]
        parameters = {parameter["ParameterKey"]: parameter for parameter in stack.get("Parameters", [])}
        live = parameters.get(self._parameter_key, {}).get("ResolvedValue")
        if live is None:
            raise StackError(
                f"The stack {self._name} must have a parameter {self._parameter_key} of the type "
                "AWS::SSM::Parameter::Value<String>: deploy its template again."
            )
        return StackState(
            status=stack["StackStatus"],
            live=live,
            changed_at=stack.get("LastUpdatedTime", stack["CreationTime"]),
            parameter_keys=tuple(parameters),
            capabilities=tuple(stack.get("Capabilities", ())),
        )

    def update(self, state: StackState, *, told: Mapping[str, str], token: str) -> Update:
        """Ask for the update in which CloudFormation reads the SSM parameter anew.

        ``told``: the values of other parameters, by their logical ids; what is left keeps its own.

        The previous value of a parameter of an SSM type is its name, not what was read from there.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/systems-manager-parameter-types.html
        No role is named: CloudFormation keeps to the one that the stack was deployed with.
        """
        try:
            self._client.update_stack(
                StackName=self._name,
                UsePreviousTemplate=True,
                Parameters=[
                    *({"ParameterKey": key, "ParameterValue": value} for key, value in told.items()),
                    *(
                        {"ParameterKey": key, "UsePreviousValue": True}
                        for key in state.parameter_keys
                        if key not in told
                    ),
                ],
                Capabilities=list(state.capabilities),
                ClientRequestToken=token,
            )
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
            # An earlier request started this update, but its answer was lost.
            if code == "TokenAlreadyExistsException":
                return Update.STARTED
            # CloudFormation has no codes of their own for these two.
            if code == "ValidationError" and "No updates are to be performed" in message:
                return Update.UNCHANGED
            if code == "ValidationError" and "_IN_PROGRESS state and can not be updated" in message:
                return Update.BUSY
            raise
        return Update.STARTED

    def running_attempt(self) -> str | None:
        """The token of the update that runs; None if none does, or it goes back already."""
        for event in self._own_events():
            is_running = event["ResourceStatus"] == "UPDATE_IN_PROGRESS"
            return event.get("ClientRequestToken") if is_running else None
        return None

    def rolled_back(self, attempt: str, *, since: datetime) -> bool:
        """Whether an update whose token starts with ``attempt``, begun no earlier than ``since``, was undone."""
        outcome = ""
        for event in self._own_events():
            if event["Timestamp"] < since:
                return False
            status = event["ResourceStatus"]
            if status == "UPDATE_IN_PROGRESS":
                if outcome == "UPDATE_ROLLBACK_COMPLETE" and event.get("ClientRequestToken", "").startswith(attempt):
                    return True
                outcome = ""
            elif not status.endswith("_IN_PROGRESS"):
                # Of several (a rollback that failed, then was continued) the newest is the outcome.
                outcome = outcome or status
        return False

    def _own_events(self) -> Iterator[Mapping[str, Any]]:
        """The events of the stack as a whole, the newest first."""
        for page in self._client.get_paginator("describe_stack_events").paginate(StackName=self._name):
            for event in page["StackEvents"]:
                if event.get("PhysicalResourceId") == event["StackId"]:
                    yield event
