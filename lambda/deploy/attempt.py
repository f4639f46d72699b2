"""How an attempt to deploy a version is recognised among the stack's operations: by its client request token.

The stack's own history is the memory of what was tried: nothing has to be written into the registry, so the function
needs no permission that could also approve a version. What forgives a failure is the version's rejection, whose time
``deploy.rejections`` keeps: the registry tells when a version was last changed, in whatever way, and not when it was
decided on. CloudFormation keeps its history for 90 days and drops it with the stack; a version whose deployment failed
longer ago is tried once more if it is still the newest approved.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
"""

from datetime import datetime

from deploy.model_version import ModelVersion


def attempt(number: int | None) -> str:
    """What all tokens of attempts at the version of that number start with; None: the endpoint is taken away."""
    return "mailroom-none-" if number is None else f"mailroom-v{number}-"


def request_token(version: ModelVersion | None, *, stack_changed_at: datetime) -> str:
    """The same for each retry of one attempt, so that CloudFormation starts it once, and never the same again.

    The stack's last change makes it differ when the same version comes back later, after a rollback for instance.
    """
    started_from = round(stack_changed_at.timestamp() * 1000)
    return f"{attempt(None if version is None else version.number)}{started_from}"
