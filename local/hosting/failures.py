"""What went wrong with a model, and when a deployment that fails is given up."""

import time
from dataclasses import dataclass

from local.accounts.errors import EmulatorError
from local.accounts.inspect.endpoint import Endpoint
from local.hosting.deployments import Deployment
from mailroom.errors import MailroomError

MOST_TRIES = 5
_BETWEEN_TRIES_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A model that could not take over, or be served; ``at``: seconds since 1970."""

    deployed: Endpoint
    reason: str
    at: float


class Tries:
    """How often the deployment that runs was tried.

    What the model or the policy is to blame for ends it at once. Anything else may pass (the account was asked in the
    middle of an update, the machine is short of something for now), but not for ever: the stack waits for an end.
    """

    def __init__(self) -> None:
        self._id = ""
        self._number = 0
        self._next = 0.0

    def may_begin(self, deployment: Deployment) -> bool:
        """Whether it is time to try."""
        return deployment.id != self._id or time.monotonic() >= self._next

    def problem(self, deployment: Deployment, error: Exception) -> str | None:
        """Why the deployment ends, now that it was tried and failed; None if it is to be tried again."""
        if isinstance(error, MailroomError) and not isinstance(error, EmulatorError):
            return sentence(error)
        self._number = self._number + 1 if deployment.id == self._id else 1
        self._id, self._next = deployment.id, time.monotonic() + _BETWEEN_TRIES_SECONDS
        if self._number < MOST_TRIES:
            return None
        return f"It was tried {self._number} times. {sentence(error)}"


def sentence(error: Exception) -> str:
    """An error for a person; of one that nobody foresaw no more than its kind."""
    if isinstance(error, MailroomError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"This machine says: {error.strerror}."
    return f"This was not foreseen: {type(error).__name__}."
