"""The e-mail as the CRM hands it over."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BodyFormat(StrEnum):
    """How a body is written; the cleaner's kinds are the same."""

    TEXT = "text"
    HTML = "html"
    MIME = "mime"


@dataclass(frozen=True, kw_only=True, slots=True)
class Email:
    """One customer e-mail. Subject, custodian banks and the cleaned body are what the model reads.

    What the customer wrote is kept out of ``repr``, so that no log line or traceback can show it.
    """

    id: str
    subject: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    body_format: BodyFormat = BodyFormat.TEXT
    custodian_banks: tuple[str, ...] = field(default=(), repr=False)
    received_at: datetime | None = None
    language_hint: str | None = None
    thread_id: str | None = None
