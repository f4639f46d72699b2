"""What the model reads of a mail, in training and in serving alike."""

from dataclasses import dataclass, field

from mailroom.message import Email
from model.cleaning import core_text

# Far more than any encoder here reads; bounds the work a single huge mail can cause.
MAX_CHARACTERS = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelInput:
    """Subject, custodian banks and the cleaned body. ``language`` is the caller's hint, if any."""

    subject: str = field(default="", repr=False)
    custodian_banks: tuple[str, ...] = field(default=(), repr=False)
    text: str = field(default="", repr=False)
    language: str | None = None
    cut: bool = False
    """Whether the text was longer than MAX_CHARACTERS."""

    @classmethod
    def from_email(cls, email: Email) -> "ModelInput":
        """Clean a raw mail."""
        text = core_text(email.body, kind=email.body_format.value)
        return cls(
            subject=" ".join(email.subject.split()),
            custodian_banks=email.custodian_banks,
            text=text[:MAX_CHARACTERS],
            language=email.language_hint,
            cut=len(text) > MAX_CHARACTERS,
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read: the banks alone say nothing of the request."""
        return not self.subject.strip() and not self.text.strip()

    def head(self) -> str:
        """Subject and custodian banks, the first segment that the encoder reads."""
        return f"{self.subject} ({', '.join(self.custodian_banks)})" if self.custodian_banks else self.subject

    def whole(self) -> str:
        """All of it as one text, which the lexical part reads."""
        return f"{self.head()}\n{self.text}"

    def words(self) -> int:
        """How many words subject and text have together."""
        return len(self.subject.split()) + len(self.text.split())
