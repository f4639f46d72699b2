"""What can go wrong with the emulated accounts; each is one sentence."""

from mailroom.errors import MailroomError


class EmulatorError(MailroomError):
    """The emulated accounts do not run, or do not hold what is asked for."""
