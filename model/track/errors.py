"""What keeps a run from being recorded."""

from mailroom.errors import MailroomError

# Of the answers that blame the caller these two ask for patience instead.
_BUSY = frozenset({408, 429})


class MlflowError(MailroomError):
    """The MLflow server cannot be reached, or refuses. ``code`` is MLflow's own word for it, ``status`` that of HTTP,
    None if there was no answer."""

    def __init__(self, text: str, *, code: str = "", status: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.status = status

    @property
    def is_refusal(self) -> bool:
        """Whether the same call would be refused again: a right is missing, or what was sent does not fit."""
        return self.status is not None and 400 <= self.status < 500 and self.status not in _BUSY


class InputError(MailroomError):
    """What a tracking step is given cannot be read."""
