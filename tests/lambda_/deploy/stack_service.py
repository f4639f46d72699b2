"""CloudFormation as it documents itself, for one stack: moto neither reads SSM parameters anew nor rolls back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

STACK_ID = "arn:aws:cloudformation:eu-central-1:111122223333:stack/mailroom-dev-inference/1"
_UPDATE_STACK = botocore.session.get_session().get_service_model("cloudformation").operation_model("UpdateStack")


class StackService:
    """Updates last until ``finish``; a value in ``failing`` is rolled back."""

    def __init__(self, read_parameter: Callable[[], str]) -> None:
        self.failing: set[str] = set()
        self.requests: list[dict[str, Any]] = []
        self.status = "CREATE_COMPLETE"
        self.resolved = read_parameter()
        self.told = {"ModelVersion": "none", "ComparedVersion": "none"}
        self._read_parameter = read_parameter
        self._former = self.resolved
        self._events: list[dict[str, Any]] = []
        self._updated_at: datetime | None = None
        self._token = ""

    def describe_stacks(self, **request: str) -> dict[str, Any]:
        stack: dict[str, Any] = {
            "StackName": request["StackName"],
            "StackStatus": self.status,
            "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Parameters": [
                {"ParameterKey": "BootstrapVersion", "ParameterValue": "/cdk/version", "ResolvedValue": "30"},
                {"ParameterKey": "ApprovedModel", "ParameterValue": "/approved", "ResolvedValue": self.resolved},
                *({"ParameterKey": key, "ParameterValue": value} for key, value in self.told.items()),
            ],
        }
        return {"Stacks": [stack | ({"LastUpdatedTime": self._updated_at} if self._updated_at else {})]}

    def update_stack(self, **request: Any) -> dict[str, Any]:
        validate_parameters(request, _UPDATE_STACK.input_shape)
        self.requests.append(request)
        if self.status.endswith("_IN_PROGRESS"):
            raise refusal(f"Stack:{STACK_ID} is in {self.status} state and can not be updated.")
        if self._read_parameter() == self.resolved:
            raise refusal("No updates are to be performed.")
        given = {one["ParameterKey"]: one["ParameterValue"] for one in request["Parameters"] if "ParameterValue" in one}
        self.told = {**self.told, **given}
        self.begin(request["ClientRequestToken"])
        return {"StackId": STACK_ID}

    def begin(self, token: str) -> None:
        """Start an update as anybody may, the CDK for instance."""
        self._former, self.resolved = self.resolved, self._read_parameter()
        self._updated_at = (self._updated_at or datetime.now(UTC)) + timedelta(seconds=1)
        self._token = token
        self._enter("UPDATE_IN_PROGRESS")

    def finish(self, *, fails: bool = False) -> None:
        if fails or self.resolved in self.failing:
            self._enter("UPDATE_ROLLBACK_IN_PROGRESS")
            self.resolved = self._former
            self._enter("UPDATE_ROLLBACK_COMPLETE")
        else:
            self._enter("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            self._enter("UPDATE_COMPLETE")

    def get_paginator(self, operation: str) -> "StackService":
        assert operation == "describe_stack_events"
        return self

    def paginate(self, **request: str) -> Iterator[dict[str, Any]]:
        for event in reversed(self._events):
            yield {"StackEvents": [event]}

    def _enter(self, status: str) -> None:
        self.status = status
        self._events.append(
            {
                "StackId": STACK_ID,
                "PhysicalResourceId": STACK_ID,
                "ResourceStatus": status,
                "Timestamp": datetime.now(UTC),
                "ClientRequestToken": self._token,
            }
        )


def refusal(message: str, code: str = "ValidationError") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "UpdateStack")
