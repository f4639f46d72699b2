"""A step that fails the execution."""

from local.pipelines.attempt import Attempt
from local.pipelines.errors import StepFailedError


def run_fail(attempt: Attempt) -> None:
    """Fail with the step's message."""
    message = str(attempt.arguments().get("ErrorMessage", ""))
    attempt.tell("Executing", {"Fail": {"ErrorMessage": message}})
    raise StepFailedError(message)
