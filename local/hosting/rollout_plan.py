"""A deployment policy of SageMaker's as the steps that it asks for. Times are the account's, in seconds.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeploymentConfig.html
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from local.endpoint.supervisor import EndpointError

_MAXIMUM_SECONDS = 28_800


@dataclass(frozen=True, kw_only=True)
class Shift:
    """``share`` of the invocations (0 to 1) goes to the new model, which is watched for ``bake_seconds`` then."""

    share: Fraction
    bake_seconds: float


@dataclass(frozen=True, kw_only=True)
class RolloutPlan:
    """``alarms``, by name, turn the deployment back while it bakes. ``maximum_seconds`` counts from the first shift:

    how long a model takes to come up is this machine's affair.
    """

    shifts: tuple[Shift, ...]
    termination_seconds: float
    maximum_seconds: float
    alarms: tuple[str, ...]


AT_ONCE = RolloutPlan(
    shifts=(Shift(share=Fraction(1), bake_seconds=0),),
    termination_seconds=0,
    maximum_seconds=_MAXIMUM_SECONDS,
    alarms=(),
)
"""Where there is nothing to shift from, and SageMaker's own choice without a policy."""


def rollout_plan(policy: Mapping[str, Any], *, instances: int | None) -> RolloutPlan:
    """The steps of a DeploymentConfig for a fleet of ``instances``, None for a serverless one.

    Raises:
        EndpointError: it asks for what is not run on this machine, or lacks what it needs.
    """
    try:
        return _plan(policy, instances)
    except KeyError as error:
        raise EndpointError(f"The DeploymentConfig lacks {error.args[0]}.") from None


def _plan(policy: Mapping[str, Any], instances: int | None) -> RolloutPlan:
    if "RollingUpdatePolicy" in policy:
        raise EndpointError(
            "A RollingUpdatePolicy is not run on this machine: name a BlueGreenUpdatePolicy in the DeploymentConfig."
        )
    blue_green = policy.get("BlueGreenUpdatePolicy", {})
    routing = blue_green.get("TrafficRoutingConfiguration", {"Type": "ALL_AT_ONCE"})
    bake = float(routing.get("WaitIntervalInSeconds", 0))
    return RolloutPlan(
        shifts=tuple(Shift(share=share, bake_seconds=bake) for share in _shares(routing, instances)),
        termination_seconds=float(blue_green.get("TerminationWaitInSeconds", 0)),
        maximum_seconds=float(blue_green.get("MaximumExecutionTimeoutInSeconds", _MAXIMUM_SECONDS)),
        alarms=tuple(alarm["AlarmName"] for alarm in policy.get("AutoRollbackConfiguration", {}).get("Alarms", ())),
    )


def _shares(routing: Mapping[str, Any], instances: int | None) -> tuple[Fraction, ...]:
    match routing["Type"]:
        case "CANARY":
            return (_share(routing["CanarySize"], instances), Fraction(1))
        case "LINEAR":
            step = _share(routing["LinearStepSize"], instances)
            return (*(step * number for number in range(1, math.ceil(1 / step))), Fraction(1))
        case _:
            return (Fraction(1),)


def _share(size: Mapping[str, Any], instances: int | None) -> Fraction:
    if size["Type"] == "CAPACITY_PERCENT":
        return Fraction(size["Value"], 100)
    if not instances or size["Value"] > instances:
        raise EndpointError(
            f"A step of {size['Value']} instances needs a fleet of as many: the endpoint has {instances}."
        )
    return Fraction(size["Value"], instances)
