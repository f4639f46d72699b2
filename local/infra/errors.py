"""What can go wrong with the synthesized templates, the price table or an account; each is one sentence."""

from mailroom.errors import MailroomError


class AssemblyError(MailroomError):
    """The synthesized templates are missing, damaged, or not those asked for."""


class AccountError(MailroomError):
    """The credentials at hand do not reach the environment's account, or it refuses what is asked."""


class CdkError(MailroomError):
    """The CDK command line is not installed, or failed."""
