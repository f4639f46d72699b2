"""What stops a retraining for good: trying again would end the same way. Each is one sentence without mail text."""

from mailroom.errors import MailroomError


class ExportError(MailroomError):
    """The CRM's export or its manifest is not what was agreed."""


class TrainingError(MailroomError):
    """The pipeline's execution ended without success."""


class WishError(MailroomError):
    """A run was triggered with something that the pipeline cannot take."""
