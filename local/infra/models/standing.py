"""What the endpoint serves, what is on its way to it, and what was turned back: before anybody decides on a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from config.environment import EnvironmentConfig
from local.infra.account import Account, in_one_sentence
from local.infra.approved_model import NO_MODEL, PARAMETER_KEY
from local.infra.endpoint_state import described_endpoint
from local.infra.models.history import turned_back

_GOING_FORWARD = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
_UPDATABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """``live``: the ARN of the version in force; ``deploying``: of the one that is to take over. Either may be None.

    ``stack_status``: CloudFormation's word for the stack ``stack``, None where that is not deployed. ``failure``: why
    the endpoint is Failed. ``turned_back``: why, by the number of the version whose last deployment was undone and
    that was not rejected since.
    """

    stack: str
    stack_status: str | None
    live: str | None = None
    deploying: str | None = None
    failure: str | None = None
    turned_back: Mapping[int, str] = field(default_factory=dict)

    @property
    def in_progress(self) -> bool:
        """Whether the stack is being changed."""
        return (self.stack_status or "").endswith("_IN_PROGRESS")

    @property
    def obstacle(self) -> str | None:
        """Why nothing follows from a decision before a person has acted; None if something does."""
        if self.stack_status is None:
            return f"the stack {self.stack} is not deployed"
        if not self.in_progress and self.stack_status not in _UPDATABLE:
            return f"the stack {self.stack} is in {self.stack_status} and must be repaired first"
        return None


def standing(account: Account, config: EnvironmentConfig) -> Standing:
    """The standing now; raises AccountError."""
    name = config.named("inference")
    with in_one_sentence(f"The endpoint {config.own_name} cannot be looked at"):
        sagemaker = account.client("sagemaker")
        endpoint = described_endpoint(sagemaker, config.own_name)
        stack = _stack(account, name)
        status = stack.get("StackStatus")
        live, deploying = _packages(sagemaker, endpoint)
        if deploying is None and status in _GOING_FORWARD:
            deploying = _parameter(stack)
        return Standing(
            stack=name,
            stack_status=status,
            live=live,
            deploying=None if deploying == live else deploying,
            failure=_failure(endpoint),
            turned_back=turned_back(account, name, rejections=config.rejections_parameter) if stack else {},
        )


def _packages(sagemaker: Any, endpoint: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What is in force, and what is to take over."""
    if not endpoint:
        return None, None
    own = _package(sagemaker, endpoint["EndpointConfigName"])
    if endpoint["EndpointStatus"] == "Creating":
        return None, own
    pending = endpoint.get("PendingDeploymentSummary")
    return own, _package(sagemaker, pending["EndpointConfigName"]) if pending else None


def _package(sagemaker: Any, config_name: str) -> str | None:
    config = sagemaker.describe_endpoint_config(EndpointConfigName=config_name)
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    package: str | None = (model.get("PrimaryContainer") or model["Containers"][0]).get("ModelPackageName")
    return package


def _parameter(stack: Mapping[str, Any]) -> str | None:
    """What an update that runs is to bring: CloudFormation has read the parameter as the update began."""
    parameters = {one["ParameterKey"]: one for one in stack.get("Parameters", ())}
    value: str | None = parameters.get(PARAMETER_KEY, {}).get("ResolvedValue")
    return None if value == NO_MODEL else value


def _stack(account: Account, name: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        # CloudFormation has no code of its own for a stack that is not there.
        if error.response["Error"]["Code"] == "ValidationError" and "does not exist" in str(error):
            return {}
        raise
    return found


def _failure(endpoint: Mapping[str, Any]) -> str | None:
    if endpoint.get("EndpointStatus") != "Failed":
        return None
    return " ".join(endpoint.get("FailureReason", "SageMaker names no reason").split()).rstrip(".")
