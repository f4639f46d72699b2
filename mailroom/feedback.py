"""What the CRM says when a case closes or an agent corrects a label."""

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
