"""What goes wrong around an evaluation, always as one sentence a person can act on."""

from mailroom.errors import MailroomError


class EvaluationError(MailroomError):
    """There is nothing to evaluate, or an evaluation file is damaged or foreign."""
