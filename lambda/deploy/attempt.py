"""How an attempt to deploy a version is recognised among the stack's operations: by its client request token.

The stack's own history is the only memory of what was tried: nothing has to be written into the registry, so the
function needs no permission that could also approve a version. CloudFormation keeps that history for 90 days and drops
it with the stack; a version whose deployment failed longer ago is tried once more if it is still the newest approved.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
"""

from datetime import datetime

from deploy.model_version import ModelVersion


def attempt(version: ModelVersion | None) -> str:
    """What all tokens of attempts at this approval of this version start with; None: the endpoint is taken away.

    A version that is approved anew gets another one, so a person can have it tried again.
    """
    return "mailroom-none-" if version is None else f"mailroom-v{version.number}-{_milliseconds(version.approved_at)}-"


def request_token(version: ModelVersion | None, *, stack_changed_at: datetime) -> str:
    """The same for each retry of one attempt, so that CloudFormation starts it once, and never the same again.

    The stack's last change makes it differ when the same version comes back later, after a rollback for instance.
    """
    return f"{attempt(version)}{_milliseconds(stack_changed_at)}"


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
