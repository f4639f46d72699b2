"""Predictions and feedback as the ledger has them, made in one line each."""

from collections.abc import Mapping
from datetime import UTC, datetime

from mailroom.feedback import Feedback, Review
from mailroom.ledger import RecordedFeedback, RecordedPrediction
from mailroom.prediction import Decision, Language, Prediction, TaskPrediction
from mailroom.wire.request import Mode

CLIENT = "crm"
MARCH = datetime(2026, 3, 14, 9, tzinfo=UTC)


def predicted(
    prediction_id: str,
    labels: Mapping[str, str],
    *,
    decision: Decision = Decision.SUGGEST,
    mode: Mode = Mode.LIVE,
    model_version: str = "m-1",
) -> RecordedPrediction:
    return RecordedPrediction(
        client_id=CLIENT,
        batch_id="batch",
        mode=mode,
        policy_version="p-1",
        recorded_at=MARCH,
        prediction=Prediction(
            prediction_id=prediction_id,
            email_id=f"mail-{prediction_id}",
            model_version=model_version,
            taxonomy_version="t-1",
            labels={task: TaskPrediction(label=label, confidence=0.9) for task, label in labels.items()},
            decision=decision,
            language=Language(code="de", confidence=0.99),
        ),
    )


def said(
    prediction_id: str,
    labels: Mapping[str, str],
    review: Review = Review.CONFIRMED,
    *,
    feedback_id: str | None = None,
    recorded_at: datetime = MARCH,
    transfers: int = 0,
    carried_over: Mapping[str, str] | None = None,
) -> RecordedFeedback:
    return RecordedFeedback(
        client_id=CLIENT,
        recorded_at=recorded_at,
        feedback=Feedback(
            feedback_id=feedback_id or f"f-{prediction_id}",
            prediction_id=prediction_id,
            email_id=f"mail-{prediction_id}",
            final_labels=labels,
            taxonomy_version="t-1",
            review=review,
            transfers=transfers,
        ),
        final_labels=carried_over or labels,
        checked_against="t-1",
    )
