"""What is wrong with a setting."""

from mailroom.errors import MailroomError


class ConfigError(MailroomError):
    """A setting is missing, unknown or unsound; the message names the file, the key and what to change."""
