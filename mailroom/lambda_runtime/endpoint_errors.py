"""What can go wrong between a function and the model endpoint, in three kinds."""

from mailroom.errors import MailroomError


class EndpointError(MailroomError):
    """An invocation brought no answer. ``reason`` is the name of the cause, fit for a log line."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The model endpoint gave no answer: {reason}.")
        self.reason = reason


class UnreachableError(EndpointError):
    """There is no such endpoint, it is not ready or overloaded, or the way to it is closed."""


class TimedOutError(EndpointError):
    """The endpoint was reached and did not answer in time."""


class ModelFailedError(EndpointError):
    """The model itself broke on this input."""
