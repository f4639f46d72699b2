"""What the CRM says when a case closes or an agent corrects a label, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Review(StrEnum):
    """How the final labels came about. ``untouched`` is not ``confirmed``: nobody looked."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    UNTOUCHED = "untouched"
    BLIND_AUDIT = "blind_audit"

    @property
    def is_evidence(self) -> bool:
        """Whether a person looked at the labels, so that they say something of the prediction."""
        return self is not Review.UNTOUCHED


class FeedbackStatus(StrEnum):
    """What became of one item; ``accepted_mapped``: a label was carried over to the one that replaced it."""

    ACCEPTED = "accepted"
    ACCEPTED_MAPPED = "accepted_mapped"
    DUPLICATE = "duplicate"


class FeedbackErrorCode(StrEnum):
    """Why one item was not taken."""

    INVALID_FIELD = "INVALID_FIELD"
    UNKNOWN_LABEL = "UNKNOWN_LABEL"
    HIERARCHY_CONFLICT = "HIERARCHY_CONFLICT"
    INTERNAL = "INTERNAL"

    @property
    def retryable(self) -> bool:
        """Whether the same item may succeed when sent again."""
        return self is FeedbackErrorCode.INTERNAL


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """The final labels of one mail (task to label id), under the taxonomy the agent saw."""

    feedback_id: str
    prediction_id: str
    email_id: str
    final_labels: Mapping[str, str]
    taxonomy_version: str
    review: Review
    case_closed_at: datetime | None = None
    first_touch_at: datetime | None = None
    transfers: int = 0
    agent_ref: str | None = None

    def __post_init__(self) -> None:
        if self.transfers < 0:
            raise ValueError("transfers counts hand-overs and cannot be negative")
        object.__setattr__(self, "final_labels", MappingProxyType(dict(self.final_labels)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """An item that the ledger holds. ``final_labels`` are those it was carried over to, if it was."""

    feedback_id: str
    status: FeedbackStatus
    final_labels: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackError:
    """Why one item was not taken; the detail never repeats what the caller sent."""

    feedback_id: str | None
    code: FeedbackErrorCode
    detail: str

    @property
    def retryable(self) -> bool:
        """Whether sending the item again may help."""
        return self.code.retryable
