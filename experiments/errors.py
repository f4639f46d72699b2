"""What a person can mend."""

from mailroom.errors import MailroomError


class ExperimentError(MailroomError):
    """An experiment cannot be started."""
