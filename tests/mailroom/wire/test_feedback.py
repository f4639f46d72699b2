import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.feedback import Feedback, FeedbackError, FeedbackErrorCode, FeedbackStatus, Receipt, Review
from mailroom.wire.feedback import feedback_response, feedback_to_json, parse_feedback, parse_feedback_request
from mailroom.wire.problem import Problem
from tests.support.strategies import feedbacks, quick

ITEM = {
    "feedback_id": "f-1",
    "prediction_id": "p-1",
    "email_id": "500A",
    "final_labels": {"queue": "fees"},
    "taxonomy_version": "t-1",
    "review": "confirmed",
}


def error_of(item):
    (found,) = parse_feedback_request({"items": [item]}).items
    assert isinstance(found, FeedbackError)
    return found


def test_an_item_is_read_with_its_defaults():
    assert parse_feedback(ITEM) == Feedback(
        feedback_id="f-1",
        prediction_id="p-1",
        email_id="500A",
        final_labels={"queue": "fees"},
        taxonomy_version="t-1",
        review=Review.CONFIRMED,
        case_closed_at=None,
        first_touch_at=None,
        transfers=0,
        agent_ref=None,
    )


def test_times_are_read_with_their_offset():
    read = parse_feedback({**ITEM, "case_closed_at": "2026-03-01T09:00:00+01:00"})
    assert read.case_closed_at == datetime(2026, 3, 1, 8, tzinfo=UTC)


@quick
@given(feedbacks)
def test_an_item_is_read_back_as_it_was_written(feedback):
    assert parse_feedback(json.loads(json.dumps(feedback_to_json(feedback)))) == feedback


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"feedback_id": ""}, "feedback_id must not be empty."),
        ({"prediction_id": "p" * 129}, "prediction_id is longer than 128 characters."),
        ({"email_id": 5}, "email_id must be text."),
        ({"final_labels": {}}, "final_labels must be an object of 1 to 10 tasks with their label."),
        ({"final_labels": ["fees"]}, "final_labels must be an object of 1 to 10 tasks with their label."),
        ({"final_labels": {"queue": ""}}, "A label of final_labels must not be empty."),
        ({"final_labels": {"": "fees"}}, "A task of final_labels must not be empty."),
        ({"review": "read"}, "review must be 'confirmed', 'corrected', 'untouched' or 'blind_audit'."),
        ({"review": ["confirmed"]}, "review must be 'confirmed', 'corrected', 'untouched' or 'blind_audit'."),
        ({"transfers": -1}, "transfers must be from 0 to 1000."),
        ({"case_closed_at": "yesterday"}, "case_closed_at must be a date and time such as 2026-03-01T08:00:00Z."),
        ({"agent_ref": "a.muster@example.com"}, "agent_ref must be a pseudonym, not an e-mail address."),
    ],
)
def test_what_is_wrong_with_an_item_is_answered_in_its_place(changed, detail):
    found = error_of({**ITEM, **changed})
    assert (found.code, found.detail, found.retryable) == (FeedbackErrorCode.INVALID_FIELD, detail, False)


@pytest.mark.parametrize("missing", ITEM)
def test_no_required_field_may_be_missing(missing):
    found = error_of({name: value for name, value in ITEM.items() if name != missing})
    assert found.detail == f"The item lacks {missing!r}."


@pytest.mark.parametrize(
    ("payload", "feedback_id"),
    [({"feedback_id": "f-1"}, "f-1"), ({"feedback_id": 1}, None), ({}, None), ("text", None), ([], None), (None, None)],
)
def test_an_item_that_cannot_be_read_keeps_its_id_if_it_has_one(payload, feedback_id):
    assert error_of(payload).feedback_id == feedback_id


@quick
@given(st.text(min_size=1))
def test_no_detail_ever_repeats_a_value(value):
    secret = f"geheim{value}"
    for field in (*ITEM, "case_closed_at", "transfers", "agent_ref"):
        assert secret not in error_of({**ITEM, field: [secret]}).detail
        assert secret not in error_of({**ITEM, field: {secret: [secret]}}).detail


@pytest.mark.parametrize(
    ("payload", "status", "detail"),
    [
        ([], 422, "The request must be an object."),
        ({}, 422, "items must be a list of at least one item."),
        ({"items": []}, 422, "items must be a list of at least one item."),
        ({"items": {"0": ITEM}}, 422, "items must be a list of at least one item."),
        ({"items": [ITEM], "mode": "live"}, 422, "The request has the unknown field 'mode'; known are items."),
        ({"items": [ITEM] * 501}, 413, "A request holds at most 500 items; this one has 501."),
    ],
)
def test_what_is_wrong_with_the_envelope_fails_the_request(payload, status, detail):
    with pytest.raises(Problem) as caught:
        parse_feedback_request(payload)
    assert (caught.value.status, caught.value.detail) == (status, detail)


def test_five_hundred_items_are_not_too_many():
    assert len(parse_feedback_request({"items": [ITEM] * 500}).items) == 500


def test_only_an_inner_failure_is_worth_another_try():
    assert [code for code in FeedbackErrorCode if code.retryable] == [FeedbackErrorCode.INTERNAL]


def test_an_answer_of_every_kind():
    results = [
        Receipt(feedback_id="1", status=FeedbackStatus.ACCEPTED),
        Receipt(feedback_id="2", status=FeedbackStatus.ACCEPTED_MAPPED, final_labels={"queue": "fees"}),
        Receipt(feedback_id="3", status=FeedbackStatus.DUPLICATE),
        FeedbackError(feedback_id=None, code=FeedbackErrorCode.INTERNAL, detail="Late."),
    ]
    assert feedback_response(results, taxonomy_version=None) == {
        "taxonomy_version": None,
        "counts": {"accepted": 1, "accepted_mapped": 1, "duplicate": 1, "error": 1},
        "results": [
            {"feedback_id": "1", "status": "accepted"},
            {"feedback_id": "2", "status": "accepted_mapped", "final_labels": {"queue": "fees"}},
            {"feedback_id": "3", "status": "duplicate"},
            {
                "feedback_id": None,
                "status": "error",
                "error": {"code": "INTERNAL", "detail": "Late.", "retryable": True},
            },
        ],
    }
