"""What an environment's endpoint and its stack say of themselves."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from config.environment import EnvironmentConfig
from local.infra.account import Account, in_one_sentence
from local.infra.approved_model import PARAMETER_KEY

_ROLLED_BACK = frozenset({"UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "ROLLBACK_COMPLETE"})
_SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})


@dataclass(frozen=True, kw_only=True)
class EndpointState:
    """``stack_status``: CloudFormation's word for the inference stack; ``live``: the version it was deployed with.

    ``endpoint_status``: SageMaker's word, None where there is no endpoint; ``failure``: its reason, if it has one.
    """

    stack_status: str
    live: str | None
    endpoint_status: str | None
    failure: str | None

    @property
    def in_progress(self) -> bool:
        """Whether the stack is being changed."""
        return self.stack_status.endswith("_IN_PROGRESS")

    @property
    def rolled_back(self) -> bool:
        """Whether the stack's last change was undone."""
        return self.stack_status in _ROLLED_BACK

    def is_settled_on(self, arn: str) -> bool:
        """Whether the stack stands, and with that version."""
        return self.stack_status in _SETTLED and self.live == arn and self.endpoint_status == "InService"

    def __str__(self) -> str:
        endpoint = f"is {self.endpoint_status}" if self.endpoint_status else "does not exist"
        reason = f" ({self.failure})" if self.failure else ""
        return f"the endpoint {endpoint}{reason}, its stack is {self.stack_status}"


def endpoint_state(account: Account, config: EnvironmentConfig) -> EndpointState:
    """The state now.

    Raises:
        AccountError: the stack is not deployed, or the account does not say.
    """
    name = config.named("inference")
    with in_one_sentence(f"The endpoint of {config.name} cannot be looked at"):
        stack = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        endpoint = described_endpoint(account.client("sagemaker"), config.own_name)
    parameters = {one["ParameterKey"]: one for one in stack.get("Parameters", ())}
    failure = endpoint.get("FailureReason")
    return EndpointState(
        stack_status=stack["StackStatus"],
        live=parameters.get(PARAMETER_KEY, {}).get("ResolvedValue"),
        endpoint_status=endpoint.get("EndpointStatus"),
        failure=" ".join(failure.split()).rstrip(".") if failure else None,
    )


def described_endpoint(sagemaker: Any, name: str) -> dict[str, Any]:
    """What SageMaker says of an endpoint; nothing if there is none. Raises ClientError, BotoCoreError."""
    try:
        found: dict[str, Any] = sagemaker.describe_endpoint(EndpointName=name)
    except ClientError as error:
        # SageMaker says ValidationException of an endpoint that is not there.
        if error.response["Error"]["Code"] in ("ValidationException", "ResourceNotFound"):
            return {}
        raise
    return found
