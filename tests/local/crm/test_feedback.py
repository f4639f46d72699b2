from collections.abc import Mapping
from datetime import UTC, datetime

from local.crm.client import Answer
from local.crm.feedback import feedback_of, review_line
from local.crm.mails import CrmMail
from mailroom.feedback import Feedback, Review
from mailroom.message import Email
from mailroom.prediction import Decision, ErrorCode, ItemError, Language, Prediction, TaskPrediction

RIGHT = {"queue": "tax", "topic": "certificate"}
RECEIVED = datetime(2026, 2, 3, 9, tzinfo=UTC)


def mail(labels: Mapping[str, str]) -> CrmMail:
    return CrmMail(email=Email(id="m1", subject="", body="x", received_at=RECEIVED), labels=labels)


def answer(decision: Decision, *, audit: bool = False) -> Answer:
    return Answer(
        result=Prediction(
            prediction_id="p1",
            email_id="m1",
            model_version="m-1",
            taxonomy_version="2026.1",
            labels={task: TaskPrediction(label=label, confidence=0.9) for task, label in RIGHT.items()},
            decision=decision,
            language=Language(code="de", confidence=1.0),
            audit=audit,
        ),
        seconds=0.1,
    )


def only(final: Mapping[str, str], given: Answer) -> Feedback:
    (item,) = feedback_of([mail(final)], [given], taxonomy_version="2026.1", routing_task="queue")
    return item


def test_a_mail_that_was_routed_by_itself_to_the_right_queue_is_touched_by_nobody():
    assert only({**RIGHT, "topic": "other"}, answer(Decision.AUTO_ROUTE)) == Feedback(
        feedback_id="case-p1",
        prediction_id="p1",
        email_id="m1",
        final_labels=RIGHT,  # nobody looked, so what was predicted stands
        taxonomy_version="2026.1",
        review=Review.UNTOUCHED,
        case_closed_at=datetime(2026, 2, 3, 15, tzinfo=UTC),
    )


def test_a_mail_in_the_wrong_queue_is_transferred_and_corrected():
    item = only({"queue": "trading", "topic": "order"}, answer(Decision.AUTO_ROUTE))
    assert (item.review, item.transfers, item.final_labels) == (
        Review.CORRECTED,
        1,
        {"queue": "trading", "topic": "order"},
    )


def test_a_suggestion_is_confirmed_or_corrected():
    assert only(RIGHT, answer(Decision.SUGGEST)).review is Review.CONFIRMED
    assert only({**RIGHT, "topic": "other"}, answer(Decision.HUMAN_REVIEW)).review is Review.CORRECTED


def test_a_mail_drawn_for_audit_is_looked_at_blind():
    assert only(RIGHT, answer(Decision.AUTO_ROUTE, audit=True)).review is Review.BLIND_AUDIT


def test_a_mail_without_a_prediction_or_without_labels_has_no_feedback():
    failed = Answer(result=ItemError(email_id="m1", code=ErrorCode.INTERNAL, detail="x"), seconds=0.1)
    assert (
        feedback_of(
            [mail(RIGHT), mail({})],
            [failed, answer(Decision.SUGGEST)],
            taxonomy_version="2026.1",
            routing_task="queue",
        )
        == []
    )


def test_reviews_are_counted_the_commonest_first():
    items = [only(RIGHT, answer(Decision.SUGGEST))] * 2 + [only(RIGHT, answer(Decision.AUTO_ROUTE))]
    assert review_line(items) == "2 confirmed, 1 untouched"
