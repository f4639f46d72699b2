"""What keeps the function from its work until a person acts."""

from mailroom.errors import MailroomError


class StateChangeError(MailroomError):
    """A message in the queue is not an event of the model registry."""


class StackError(MailroomError):
    """The inference stack cannot be updated as it is."""
