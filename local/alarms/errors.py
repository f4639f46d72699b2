"""What keeps an alarm or a metric filter of the account from being followed."""

from mailroom.errors import MailroomError


class AlarmError(MailroomError):
    """A metric filter or an alarm asks for something that is not understood here."""
