"""The ledger: how predictions, and what became of their cases, lie in one DynamoDB table.

========================  =======================  ==========================================
key                       a prediction             a feedback on it
========================  =======================  ==========================================
``pk``                    client, prediction id    client, prediction id
``sk``                    ``prediction``           ``feedback#`` and the feedback's id
``email_pk``              client, mail id          client, mail id
``email_sk``              when it was recorded     when it was recorded
``expires_at``            epoch seconds (TTL)      epoch seconds (TTL)
========================  =======================  ==========================================

A prediction and its feedback share a partition and are joined when it is read, so either may come first. Every
partition begins with the client who may touch it, in the index ``by-email`` too, which finds all rows of a mail for
erasure. No row holds what a mail says: words of evidence are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from mailroom.attribute_values import Value
from mailroom.errors import ContractError
from mailroom.feedback import Feedback
from mailroom.prediction import Prediction
from mailroom.wire.feedback import feedback_to_json, parse_feedback
from mailroom.wire.request import Mode
from mailroom.wire.response import Versions, judgement_to_json, prediction_from_json

EMAIL_INDEX = "by-email"

PREDICTION = "prediction"
"""The sort key of a prediction."""

FEEDBACK = "feedback#"
"""What the sort keys of feedback begin with."""

# Named one by one: what is added to an answer later must not reach the ledger by itself.
_JUDGEMENT = ("language", "labels", "decision", "reasons", "queue_target", "truncated")
_FEEDBACK_FIELDS = (
    "feedback_id",
    "prediction_id",
    "email_id",
    "taxonomy_version",
    "review",
    "case_closed_at",
    "first_touch_at",
    "agent_ref",
)

Row = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedPrediction:
    """A prediction as it was answered to ``client_id``, without its evidence."""

    client_id: str
    batch_id: str
    mode: Mode
    policy_version: str
    recorded_at: datetime
    prediction: Prediction


@dataclass(frozen=True, kw_only=True)
class RecordedFeedback:
    """A feedback as given, and its labels in the taxonomy ``checked_against`` (None: the labels are as given)."""

    client_id: str
    recorded_at: datetime
    feedback: Feedback
    final_labels: Mapping[str, str]
    checked_against: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "final_labels", MappingProxyType(dict(self.final_labels)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What one partition holds: the prediction, if it has come, and its feedback in the order it was recorded."""

    prediction: RecordedPrediction | None
    feedback: tuple[RecordedFeedback, ...]


def partition_key(client_id: str, id: str) -> str:
    """The key of what ``client_id`` calls ``id``; no two pairs share one."""
    # Escaped, so that the first # ends the client whatever it is called.
    return f"{client_id.replace('%', '%25').replace('#', '%23')}#{id}"


def prediction_row(recorded: RecordedPrediction, *, keep_days: int) -> Row:
    """The row of a prediction; ``prediction_of_row`` reads it back, confidences to four digits."""
    prediction = recorded.prediction
    judgement = judgement_to_json(prediction)
    return {
        **_keys(recorded.client_id, prediction.prediction_id, prediction.email_id, recorded.recorded_at, keep_days),
        "sk": PREDICTION,
        "batch_id": recorded.batch_id,
        "mode": recorded.mode.value,
        "model_version": prediction.model_version,
        "taxonomy_version": prediction.taxonomy_version,
        "policy_version": recorded.policy_version,
        "audit": prediction.audit,
        **{name: _exact(judgement[name]) for name in _JUDGEMENT},
    }


def prediction_of_row(row: Row) -> RecordedPrediction:
    """Read the row of a prediction; raises ContractError if it is none."""
    read: Any = _approximate(row)
    try:
        versions = Versions(
            model=read["model_version"], taxonomy=read["taxonomy_version"], policy=read["policy_version"]
        )
        return RecordedPrediction(
            client_id=read["client_id"],
            batch_id=read["batch_id"],
            mode=Mode(read["mode"]),
            policy_version=versions.policy,
            recorded_at=datetime.fromisoformat(read["recorded_at"]),
            prediction=prediction_from_json({**read, "id": read["email_id"], "evidence": []}, versions),
        )
    except (KeyError, TypeError, ValueError):
        raise ContractError("A row of the ledger is no prediction.") from None


def feedback_row(recorded: RecordedFeedback, *, keep_days: int) -> Row:
    """The row of a feedback; ``feedback_of_row`` reads it back to an equal object."""
    feedback = recorded.feedback
    return {
        **feedback_to_json(feedback),
        **_keys(recorded.client_id, feedback.prediction_id, feedback.email_id, recorded.recorded_at, keep_days),
        "sk": f"{FEEDBACK}{feedback.feedback_id}",
        "given_labels": dict(feedback.final_labels),
        "final_labels": dict(recorded.final_labels),
        "labels_checked": recorded.checked_against is not None,
        "checked_against": recorded.checked_against,
    }


def feedback_of_row(row: Row) -> RecordedFeedback:
    """Read the row of a feedback; raises ContractError if it is none."""
    read: Any = row
    try:
        item = {name: read[name] for name in _FEEDBACK_FIELDS}
        return RecordedFeedback(
            client_id=read["client_id"],
            recorded_at=datetime.fromisoformat(read["recorded_at"]),
            feedback=parse_feedback(
                {**item, "final_labels": read["given_labels"], "transfers": int(read["transfers"])}
            ),
            final_labels=read["final_labels"],
            checked_against=read["checked_against"],
        )
    except (KeyError, TypeError, ValueError):
        raise ContractError("A row of the ledger is no feedback.") from None


def case_of_rows(rows: Iterable[Row]) -> Case:
    """Join the rows of one partition, in whatever order they came."""
    prediction: RecordedPrediction | None = None
    feedback: list[RecordedFeedback] = []
    for row in rows:
        if row["sk"] == PREDICTION:
            prediction = prediction_of_row(row)
        else:
            feedback.append(feedback_of_row(row))
    return Case(prediction=prediction, feedback=tuple(sorted(feedback, key=lambda one: one.recorded_at)))


def _keys(client_id: str, prediction_id: str, email_id: str, recorded_at: datetime, keep_days: int) -> Row:
    moment = recorded_at.astimezone(UTC)
    instant = moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    return {
        "pk": partition_key(client_id, prediction_id),
        "email_pk": partition_key(client_id, email_id),
        "email_sk": instant,
        "expires_at": int((moment + timedelta(days=keep_days)).timestamp()),
        "client_id": client_id,
        "prediction_id": prediction_id,
        "email_id": email_id,
        "recorded_at": instant,
    }


def _exact(value: Any) -> Value:
    """Floats as the decimal number they are written as."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {name: _exact(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_exact(entry) for entry in value]
    return value  # type: ignore[no-any-return]


def _approximate(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {name: _approximate(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_approximate(entry) for entry in value]
    return value
