"""What Mailroom says of one e-mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Decision(StrEnum):
    """What the CRM may do with the labels."""

    AUTO_ROUTE = "auto_route"
    SUGGEST = "suggest"
    HUMAN_REVIEW = "human_review"


class Reason(StrEnum):
    """Why a mail is not routed automatically."""

    BELOW_THRESHOLD = "below_threshold"
    NOVEL_CONTENT = "novel_content"
    MULTIPLE_REQUESTS = "multiple_requests"
    TOO_SHORT = "too_short"
    OTHER_LANGUAGE = "other_language"
    PAUSED = "paused"


class ErrorCode(StrEnum):
    """Why one mail of a batch got no prediction."""

    EMPTY_TEXT = "EMPTY_TEXT"
    INVALID_FIELD = "INVALID_FIELD"
    DUPLICATE_ID = "DUPLICATE_ID"
    UNSUPPORTED_LANGUAGE = "UNSUPPORTED_LANGUAGE"
    MODEL_TIMEOUT = "MODEL_TIMEOUT"
    INTERNAL = "INTERNAL"

    @property
    def retryable(self) -> bool:
        """Whether the same mail may succeed when sent again."""
        return self in (ErrorCode.MODEL_TIMEOUT, ErrorCode.INTERNAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """A label with its calibrated confidence, 0 to 1."""

    label: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskPrediction:
    """The predicted label of one task, its calibrated confidence (0 to 1) and the next best labels."""

    label: str
    confidence: float
    alternatives: tuple[Score, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """The mail's language, ISO 639-1, and how sure that is (0 to 1)."""

    code: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """The labels of one mail, one per task, a path of the taxonomy; and what may be done with them."""

    prediction_id: str
    email_id: str
    model_version: str
    taxonomy_version: str
    labels: Mapping[str, TaskPrediction]
    decision: Decision
    language: Language
    reasons: tuple[Reason, ...] = ()
    queue_target: str | None = None
    audit: bool = False
    truncated: bool = False
    evidence: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemError:
    """Why one mail of a batch was not classified; the detail never holds mail text."""

    email_id: str | None
    code: ErrorCode
    detail: str

    @property
    def retryable(self) -> bool:
        """Whether sending the mail again may help."""
        return self.code.retryable
