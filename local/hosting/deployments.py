"""What the account wants deployed, and what became of it: the adapter's word with the emulated SageMaker."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.accounts.inspect.endpoint import Endpoint, pending
from local.accounts.private_calls import call
from local.endpoint.supervisor import EndpointError
from local.pace import Pace

PATIENCE_SECONDS = 20.0
"""How long after its last sign of life an adapter still counts as there: a busy machine may hold it up for seconds."""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A configuration that is to take over the endpoint; ``policy`` is its DeploymentConfig."""

    id: str
    endpoint: str
    config: str
    policy: Mapping[str, Any]


class Deployments:
    """The deployments of one account."""

    def __init__(self, credentials: Credentials, pace: Pace) -> None:
        self._credentials = credentials
        self._pace = pace

    def wanted(self, endpoint_name: str) -> Deployment | None:
        """The endpoint's deployment that runs, if there is one. To ask is the adapter's sign of life."""
        content = {"pace": self._pace.times, "patience": PATIENCE_SECONDS}
        answer = call(self._credentials, "hosting-heartbeat", content)
        found = [Deployment(**each) for each in answer["deployments"] if each["endpoint"] == endpoint_name]
        return found[0] if found else None

    def configured(self, deployment: Deployment) -> Endpoint:
        """The endpoint as the deployment makes it.

        Raises:
            EndpointError: the account does not hold what it names.
            EmulatorError: the deployment has ended.
        """
        try:
            found = pending(self._credentials, deployment.endpoint)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise EndpointError(f"The configuration {deployment.config} cannot be read ({code}).") from None
        except KeyError as error:
            raise EndpointError(f"What the configuration {deployment.config} names lacks {error.args[0]}.") from None
        if found is None or found.config != deployment.config:
            raise EmulatorError("There is no such deployment: it has ended, or its endpoint is gone.")
        return found

    def alarming(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these alarms are in the state ALARM."""
        if not names:
            return ()
        found = self._credentials.client("cloudwatch").describe_alarms(AlarmNames=list(names))
        alarms = [*found.get("MetricAlarms", ()), *found.get("CompositeAlarms", ())]
        return tuple(alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM")

    def end(self, deployment: Deployment, problem: str | None) -> None:
        """Say that the deployment succeeded, or that the former configuration stays and why.

        Raises:
            EmulatorError: the account knows of no such deployment any more, or does not answer.
        """
        call(self._credentials, "hosting-ended", {"id": deployment.id, "problem": problem})

    def try_to_leave(self) -> None:
        """Say that nobody carries out deployments from now on; accounts that are gone need not know."""
        with contextlib.suppress(EmulatorError):
            call(self._credentials, "hosting-left", {})
