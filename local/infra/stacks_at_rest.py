"""Waits until nothing changes the stacks of an environment.

An approved model reaches its endpoint by an update of a stack, in prod behind a canary; CloudFormation refuses a
deployment meanwhile.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from local.infra.account import Account, in_one_sentence
from local.infra.errors import AccountError

MINUTES = 180
"""Longer than an endpoint's update may take, be turned back and clean up."""
_LOOK_SECONDS = 15.0
_LOOK_SECONDS_EMULATED = 0.5
# A change set that nobody has executed; it stays so, and hinders nobody.
_ONLY_PLANNED = "REVIEW_IN_PROGRESS"


def wait_until_at_rest(
    account: Account, stack_names: Sequence[str], *, minutes: float = MINUTES, say: Callable[[str], None] = print
) -> None:
    """Return once none of the stacks is being changed; the ones that are not there are none.

    Raises:
        AccountError: one is still being changed when the time has passed, or the account does not say.
    """
    until = time.monotonic() + minutes * 60
    told: Mapping[str, str] = {}
    while changing := _changing(account, stack_names):
        words = " and ".join(f"{name} ({status})" for name, status in changing.items())
        if time.monotonic() >= until:
            raise AccountError(
                f"The deployment has stopped: after {minutes:g} minutes {words} is still being changed; look at its "
                "events, and deploy again once it is done."
            )
        if changing != told:
            say(f"Waiting until {words} is done.")
            told = changing
        time.sleep(_LOOK_SECONDS_EMULATED if account.emulated else _LOOK_SECONDS)


def _changing(account: Account, stack_names: Sequence[str]) -> Mapping[str, str]:
    """The stacks that are being changed, with CloudFormation's word for it."""
    client = account.client("cloudformation")
    with in_one_sentence("The stacks cannot be looked at"):
        found = {name: _status(client, name) for name in stack_names}
    return {name: status for name, status in found.items() if _is_change(status)}


def _is_change(status: str) -> bool:
    return status.endswith("_IN_PROGRESS") and status != _ONLY_PLANNED


def _status(client: Any, name: str) -> str:
    try:
        return str(client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        # CloudFormation has no code of its own for a stack that is not there.
        if error.response["Error"]["Code"] == "ValidationError" and "does not exist" in str(error):
            return ""
        raise
