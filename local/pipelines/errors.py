"""What ends a step, an attempt at one, or an execution."""

from mailroom.errors import MailroomError

INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
SERVICE_FAULT = "Step.SERVICE_FAULT"
THROTTLING = "Step.THROTTLING"


class DefinitionError(MailroomError):
    """The definition cannot be run here; the sentence says which step, and why."""


class StepFailedError(MailroomError):
    """An attempt at a step has failed. ``kind`` is what a retry policy calls it, None for what no policy repeats."""

    def __init__(self, reason: str, *, kind: str | None = None) -> None:
        super().__init__(reason)
        self.kind = kind


class RuntimeExceededError(StepFailedError):
    """A job ran for longer than its MaxRuntimeInSeconds, and was stopped for it: so Describe tells of the job, while
    the step has failed, as it left nothing to go on with."""


class StoppedError(MailroomError):
    """The execution is being stopped, and the step with it."""
