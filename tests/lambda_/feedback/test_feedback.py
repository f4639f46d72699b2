from datetime import UTC, datetime

import pytest

from mailroom.ledger import case_of_rows, partition_key
from tests.support.feedback_api import item
from tests.support.ledger_table import KEEP_DAYS
from tests.support.openapi import validator_of

NOTHING = {"accepted": 0, "accepted_mapped": 0, "duplicate": 0, "error": 0}


def error(feedback_id, code, detail, *, retryable=False):
    return {
        "feedback_id": feedback_id,
        "status": "error",
        "error": {"code": code, "detail": detail, "retryable": retryable},
    }


def test_an_item_is_accepted_and_stored(api, ledger):
    before = datetime.now(UTC)
    answer = api.give(
        item(
            review="corrected",
            case_closed_at="2026-03-02T10:30:00+01:00",
            first_touch_at="2026-03-01T08:20:00Z",
            transfers=2,
            agent_ref="agent-17",
        )
    )
    assert (answer.status, answer.body) == (
        200,
        {
            "taxonomy_version": "t-1",
            "counts": {**NOTHING, "accepted": 1},
            "results": [{"feedback_id": "f-1", "status": "accepted"}],
        },
    )
    validator_of("FeedbackResponse").validate(answer.body)
    (row,) = ledger.rows
    recorded_at = datetime.fromisoformat(row["recorded_at"])
    assert before.timestamp() - 0.001 <= recorded_at.timestamp() <= datetime.now(UTC).timestamp()
    assert row == {
        "pk": "key-1#p-1",
        "sk": "feedback#f-1",
        "email_pk": "key-1#500A",
        "email_sk": row["recorded_at"],
        "expires_at": int(recorded_at.timestamp()) + KEEP_DAYS * 24 * 60 * 60,
        "client_id": "key-1",
        "prediction_id": "p-1",
        "email_id": "500A",
        "recorded_at": row["recorded_at"],
        "feedback_id": "f-1",
        "given_labels": {"queue": "fees"},
        "final_labels": {"queue": "fees"},
        "labels_checked": True,
        "checked_against": "t-1",
        "taxonomy_version": "t-1",
        "review": "corrected",
        "case_closed_at": "2026-03-02T09:30:00Z",
        "first_touch_at": "2026-03-01T08:20:00Z",
        "transfers": 2,
        "agent_ref": "agent-17",
    }


def test_an_old_label_is_carried_over_to_its_successor(api, ledger):
    answer = api.give(item(final_labels={"queue": "faxes"}))
    assert (answer.body["counts"], answer.body["results"]) == (
        {**NOTHING, "accepted_mapped": 1},
        [{"feedback_id": "f-1", "status": "accepted_mapped", "final_labels": {"queue": "fees"}}],
    )
    (row,) = ledger.rows
    assert (row["given_labels"], row["final_labels"]) == ({"queue": "faxes"}, {"queue": "fees"})


def test_the_same_feedback_twice_changes_nothing(api, ledger):
    api.give(item())
    stored = ledger.rows
    answer = api.give(item(final_labels={"queue": "transfers"}, review="corrected"))
    assert (answer.body["counts"], answer.body["results"]) == (
        {**NOTHING, "duplicate": 1},
        [{"feedback_id": "f-1", "status": "duplicate"}],
    )
    assert ledger.rows == stored


def test_of_two_items_of_one_request_with_the_same_id_the_first_is_stored(api, ledger):
    answer = api.give(item(), item(final_labels={"queue": "transfers"}), item(prediction_id="p-2"))
    assert [result["status"] for result in answer.body["results"]] == ["accepted", "duplicate", "accepted"]
    assert [(row["pk"], row["final_labels"]) for row in ledger.rows] == [
        ("key-1#p-1", {"queue": "fees"}),
        ("key-1#p-2", {"queue": "fees"}),
    ]


def test_one_bad_item_never_fails_the_others_and_the_order_is_the_requests(api, ledger, secret):
    answer = api.give(
        item("1"),
        item("2", final_labels={"queue": secret}),
        item("3", final_labels={secret: "fees"}),
        {"feedback_id": "4"},
        item("5", agent_ref=f"{secret}@example.com"),
        secret,
        item("7", priority=secret),
        item("8", final_labels={"queue": "transfers"}),
    )
    assert answer.body["counts"] == {**NOTHING, "accepted": 2, "error": 6}
    known = (
        "agent_ref, case_closed_at, email_id, feedback_id, final_labels, first_touch_at, prediction_id, review, "
        "taxonomy_version, transfers"
    )
    assert answer.body["results"] == [
        {"feedback_id": "1", "status": "accepted"},
        error("2", "UNKNOWN_LABEL", "final_labels.queue is no label of taxonomy 't-1'."),
        error(
            "3",
            "UNKNOWN_LABEL",
            "final_labels names a task that taxonomy 't-1' does not have; its tasks are queue.",
        ),
        error("4", "INVALID_FIELD", "The item lacks 'prediction_id'."),
        error("5", "INVALID_FIELD", "agent_ref must be a pseudonym, not an e-mail address."),
        error(None, "INVALID_FIELD", "The item must be an object."),
        error("7", "INVALID_FIELD", f"The item has the unknown field 'priority'; known are {known}."),
        {"feedback_id": "8", "status": "accepted"},
    ]
    validator_of("FeedbackResponse").validate(answer.body)
    assert [row["feedback_id"] for row in ledger.rows] == ["1", "8"]


@pytest.mark.slow
def test_five_hundred_items_are_stored_in_one_request(api, ledger):
    answer = api.give(*(item(str(number), prediction_id=f"p-{number}") for number in range(500)))
    assert [result["feedback_id"] for result in answer.body["results"]] == [str(number) for number in range(500)]
    assert answer.body["counts"] == {**NOTHING, "accepted": 500}
    assert len(ledger.rows) == 500


@pytest.mark.parametrize("prediction_id", ["p-1", "key-1#p-1", "../key-1#p-1"])
def test_another_clients_prediction_is_out_of_reach(api, ledger, prediction_id):
    api.give(item(), client_id="key-1")
    mine = ledger.partition("key-1#p-1")
    assert api.give(item(prediction_id=prediction_id), client_id="key-2").body["counts"]["accepted"] == 1
    assert ledger.partition("key-1#p-1") == mine
    assert {row["client_id"] for row in ledger.partition(partition_key("key-2", prediction_id))} == {"key-2"}


def test_what_becomes_of_a_mail_is_found_by_its_id(api, ledger):
    api.give(item("1"), item("2", prediction_id="p-2"), item("3", email_id="other"))
    assert [(row["pk"], row["sk"]) for row in ledger.of_email("key-1#500A")] == [
        ("key-1#p-1", "feedback#1"),
        ("key-1#p-2", "feedback#2"),
    ]


def test_feedback_on_a_prediction_that_is_not_there_yet_waits_for_it(api, ledger):
    assert api.give(item()).body["counts"]["accepted"] == 1
    case = case_of_rows(ledger.partition("key-1#p-1"))
    assert (case.prediction, [one.feedback.feedback_id for one in case.feedback]) == (None, ["f-1"])
