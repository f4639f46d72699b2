"""A mail as training reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Example:
    """A cleaned mail and its labels.

    ``text`` is the cleaned body, at most 20,000 characters; ``labels`` maps task to label id and leaves out the tasks
    that the mail has no label for. ``received_at`` is ISO 8601. Mails with an equal ``group`` are near-duplicates or of
    one thread. What the customer wrote is kept out of ``repr``.
    """

    id: str
    subject: str = field(default="", repr=False)
    custodian_banks: tuple[str, ...] = field(default=(), repr=False)
    text: str = field(default="", repr=False)
    language: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    received_at: str | None = None
    thread_id: str | None = None
    group: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))


def example_to_json(example: Example) -> dict[str, Any]:
    """An example as a row of the prepared files; ``example_from_json`` reads it back to an equal object."""
    return {
        "id": example.id,
        "subject": example.subject,
        "custodian_banks": list(example.custodian_banks),
        "text": example.text,
        "language": example.language,
        "labels": dict(example.labels),
        "received_at": example.received_at,
        "thread_id": example.thread_id,
        "group": example.group,
    }


def example_from_json(row: Mapping[str, Any]) -> Example:
    """Read an example; raises KeyError or TypeError if it has another form."""
    return Example(**{**row, "custodian_banks": tuple(row["custodian_banks"])})
