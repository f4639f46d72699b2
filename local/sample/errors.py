"""The sample's own error."""

from mailroom.errors import MailroomError


class SampleError(MailroomError):
    """The sample cannot be made: a building block, a slot table or an argument is wrong."""
