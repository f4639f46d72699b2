"""What happens when the model or the ledger is away, slow or broken."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feedback.ledger import Ledger, LedgerError
from mailroom.feedback import Feedback, Review
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.ledger import RecordedFeedback
from tests.support.feedback_api import item
from tests.support.log_lines import logged
from tests.support.openapi import validator_of
from tests.support.ports import closed_port

INTERNAL = {
    "code": "INTERNAL",
    "detail": "The item is not known to be stored; it may be sent again.",
    "retryable": True,
}


def lines(caplog, event):
    return [
        {key: value for key, value in line.items() if key not in ("time", "request_id", "milliseconds")}
        for line in logged(caplog)
        if line["event"] == event
    ]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, b'{"__type": "ValidationError", "message": "geheim-4711"}', "ValidationError"),
        (200, b"garbage", "ContractError"),
    ],
)
def test_without_a_model_labels_are_stored_as_given_and_the_row_says_so(
    make_api, http_endpoint, ledger, caplog, status, body, reason
):
    answer = make_api(http_endpoint(status, body), ledger=ledger).give(item(final_labels={"queue": "faxes"}))
    assert (answer.status, answer.body) == (
        200,
        {
            "taxonomy_version": None,
            "counts": {"accepted": 1, "accepted_mapped": 0, "duplicate": 0, "error": 0},
            "results": [{"feedback_id": "f-1", "status": "accepted"}],
        },
    )
    validator_of("FeedbackResponse").validate(answer.body)
    (row,) = ledger.rows
    assert (row["final_labels"], row["labels_checked"], row["checked_against"]) == ({"queue": "faxes"}, False, None)
    assert lines(caplog, "labels_unchecked") == [{"level": "warning", "event": "labels_unchecked", "reason": reason}]


def test_an_endpoint_that_nobody_answers_for_is_no_model(make_api, ledger, caplog):
    assert make_api(closed_port(), ledger=ledger).give(item()).body["counts"]["accepted"] == 1
    assert lines(caplog, "labels_unchecked")[0]["reason"] == "EndpointConnectionError"


def test_without_a_ledger_each_item_may_be_sent_again(make_api, keyword_endpoint, caplog):
    answer = make_api(keyword_endpoint.url, ledger_url=closed_port()).give(item("1"), item("2"), item("1"), "broken")
    assert (answer.status, [result["error"] for result in answer.body["results"][:3]]) == (200, [INTERNAL] * 3)
    assert answer.body["counts"]["error"] == 4
    assert lines(caplog, "ledger_failed") == [
        {"level": "error", "event": "ledger_failed", "rows": 2, "reasons": "EndpointConnectionError"}
    ]


def test_what_the_ledger_refuses_does_not_take_the_other_items_with_it(
    make_api, keyword_endpoint, http_endpoint, caplog
):
    refused = http_endpoint(400, b'{"__type": "AccessDeniedException", "message": "geheim-4711"}')
    answer = make_api(keyword_endpoint.url, ledger_url=refused).give(item("1"), item("2", final_labels={"queue": "?"}))
    assert [result["error"]["code"] for result in answer.body["results"]] == ["INTERNAL", "UNKNOWN_LABEL"]
    assert lines(caplog, "ledger_failed")[0]["reasons"] == "AccessDeniedException"


@pytest.mark.slow
def test_what_is_not_stored_by_the_deadline_may_be_sent_again_and_the_rest_is_kept(
    make_api, keyword_endpoint, http_endpoint, caplog
):
    def slow_for_the_second(body):
        if json.loads(body)["Item"]["feedback_id"]["S"] == "2":
            time.sleep(8)
        return b"{}"

    api = make_api(keyword_endpoint.url, ledger_url=http_endpoint(200, slow_for_the_second))
    answer = api.give(item("1"), item("2"), seconds=5)
    assert [result.get("error") for result in answer.body["results"]] == [None, INTERNAL]
    assert lines(caplog, "ledger_failed") == [
        {"level": "error", "event": "ledger_failed", "rows": 1, "reasons": "DeadlinePassedError"}
    ]


def test_each_call_leaves_one_line_of_counts(make_api, keyword_endpoint, ledger, caplog, secret):
    make_api(keyword_endpoint.url, ledger=ledger).give(
        item(secret, prediction_id=secret, email_id=secret, taxonomy_version=secret, agent_ref=secret)
    )
    assert len(ledger.rows) == 1
    (line,) = logged(caplog)
    assert {key: value for key, value in line.items() if key not in ("time", "milliseconds")} == {
        "level": "info",
        "event": "request",
        "route": "POST /v1/feedback",
        "status": 200,
        "request_id": "request-1",
        "accepted": 1,
        "accepted_mapped": 0,
        "duplicate": 0,
        "error": 0,
        "labels_checked": True,
    }


RECORDED = RecordedFeedback(
    client_id="key-1",
    recorded_at=datetime(2026, 3, 1, tzinfo=UTC),
    feedback=Feedback(
        feedback_id="f-1",
        prediction_id="p-1",
        email_id="500A",
        final_labels={"queue": "fees"},
        taxonomy_version="t-1",
        review=Review.CONFIRMED,
        transfers=3,
    ),
    final_labels={"queue": "fees"},
    checked_against=None,
)


def test_a_write_whose_first_answer_was_lost_is_known_as_its_own(ledger):
    table = Ledger(ledger.client, table=ledger.name, keep_days=30)
    again = {"again": RECORDED}
    other = {"other": replace(RECORDED, recorded_at=datetime(2026, 3, 2, tzinfo=UTC))}
    deadline = Deadline.within(30)
    assert [table.record(one, deadline) for one in (again, again, other)] == [
        {"again": True},
        {"again": True},
        {"other": False},
    ]


def test_a_failure_within_is_a_name_and_no_text():
    class Broken:
        def put_item(self, **_):
            raise ValueError("geheim-4711")

    found = Ledger(Broken(), table="ledger", keep_days=1).record({"one": RECORDED}, Deadline.within(30))
    assert isinstance(found["one"], LedgerError)
    assert (found["one"].reason, str(found["one"])) == ("ValueError", "The ledger took no row: ValueError.")
