"""How an invocation can fail before or instead of the handler's own answer."""

from mailroom.errors import MailroomError


class InvocationError(MailroomError):
    """The function was not asked, or gave no answer."""


class ThrottledError(InvocationError):
    """As many invocations run as the function's reserved concurrency allows."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The function {name} runs as many times at once as it may.")


class PayloadTooLargeError(InvocationError):
    """The event is larger than Lambda takes."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The event for the function {name} is larger than 6 MB.")


class TimedOutError(InvocationError):
    """The handler took longer than the function's timeout."""

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(f"The function {name} did not end within {seconds:g} seconds.")


class HandlerError(InvocationError):
    """The handler raised, its process ended, or its answer cannot be handed on. ``kind`` is an exception's name."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(f"The function {name} failed: {kind}.")
        self.kind = kind
