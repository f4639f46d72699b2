"""Each prediction is recorded before its answer goes out, and no answer is lost for it."""

import json
import time
import urllib.request
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mailroom.ledger import case_of_rows, partition_key
from tests.support.classify_api import SECRET, mail
from tests.support.ledger_table import KEEP_DAYS
from tests.support.log_lines import logged
from tests.support.ports import closed_port
from tests.support.proxy_events import Context, answer_of, proxy_event


@pytest.fixture
def recording(make_api, keyword_endpoint, ledger):
    return make_api(keyword_endpoint.url, ledger=ledger)


def test_the_row_of_a_mail(recording, ledger):
    before = datetime.now(UTC)
    answer = recording.classify(mail("500A"), mode="shadow", options={"top_k": 1, "explain": True})
    prediction_id = answer.body["results"][0]["prediction_id"]
    (row,) = ledger.rows
    recorded_at = datetime.fromisoformat(row["recorded_at"])
    assert before.timestamp() - 0.001 <= recorded_at.timestamp() <= datetime.now(UTC).timestamp()
    assert row == {
        "pk": f"key-1#{prediction_id}",
        "sk": "prediction",
        "email_pk": "key-1#500A",
        "email_sk": row["recorded_at"],
        "expires_at": int(recorded_at.timestamp()) + KEEP_DAYS * 24 * 60 * 60,
        "client_id": "key-1",
        "prediction_id": prediction_id,
        "email_id": "500A",
        "recorded_at": row["recorded_at"],
        "batch_id": answer.body["batch_id"],
        "mode": "shadow",
        "model_version": "m-1",
        "taxonomy_version": "t-1",
        "policy_version": "p-1",
        "audit": False,
        "language": {"code": "de", "confidence": Decimal("0.9")},
        "labels": {
            "queue": {
                "label": "transfers",
                "confidence": Decimal("0.97"),
                "alternatives": [{"label": "fees", "confidence": Decimal("0.03")}],
            }
        },
        "decision": "auto_route",
        "reasons": [],
        "queue_target": "crm.transfers",
        "truncated": False,
    }


def test_each_scored_mail_of_a_large_batch_has_its_row_and_no_other_mail_has_one(recording, ledger):
    mails = [mail(str(number), body=" " if number % 10 == 3 else "Depot") for number in range(99)]
    answer = recording.classify(*mails, {"id": "99"})
    answered = {result["id"]: result["prediction_id"] for result in answer.body["results"] if result["status"] == "ok"}
    assert len(answered) == 89
    assert {row["email_id"]: row["prediction_id"] for row in ledger.rows} == answered


def test_a_mail_marked_for_blind_labelling_is_recorded_as_such(make_api, keyword_endpoint, ledger):
    make_api(keyword_endpoint.url, ledger=ledger, audit_share=1.0).classify(mail())
    assert [row["audit"] for row in ledger.rows] == [True]


def test_no_row_holds_what_a_mail_says(recording, ledger):
    recording.classify(mail("1", subject=SECRET, custodian_banks=[SECRET]), options={"explain": True})
    assert len(ledger.rows) == 1
    assert SECRET not in str(ledger.rows)


def call_as(api, client_id, *mails):
    event = proxy_event(
        "POST",
        "/v1/classifications",
        body=json.dumps({"emails": list(mails)}),
        headers={"Content-Type": "application/json"},
    )
    event["requestContext"]["identity"]["apiKeyId"] = client_id
    return answer_of(api.application.answer(event, Context()))


def test_the_rows_of_a_mail_are_found_by_its_client_and_id_alone(recording, ledger):
    for client_id in ("key-1", "key-2"):
        call_as(recording, client_id, mail("500A"), mail("500B"))
    found = ledger.of_email(partition_key("key-1", "500A"))
    assert [(row["email_pk"], row["sk"]) for row in found] == [("key-1#500A", "prediction")]
    (joined,) = [case_of_rows(ledger.partition(row["pk"])) for row in found]
    assert (joined.prediction.client_id, joined.prediction.prediction.email_id) == ("key-1", "500A")


@pytest.mark.parametrize("client_id", [None, ""])
def test_without_a_client_nothing_is_scored_or_recorded(recording, ledger, client_id):
    answer = call_as(recording, client_id, mail())
    assert (answer.status, answer.body["detail"]) == (403, "The header x-api-key must hold a valid API key.")
    assert ledger.rows == []


def failures(caplog):
    return [
        {key: value for key, value in line.items() if key != "time"}
        for line in logged(caplog)
        if line["event"] == "ledger_failed"
    ]


def failure(rows, reasons):
    return {
        "level": "error",
        "event": "ledger_failed",
        "request_id": "request-1",
        "rows": rows,
        "reasons": reasons,
    }


def test_without_a_ledger_the_caller_still_gets_its_answer(make_api, keyword_endpoint, caplog):
    api = make_api(keyword_endpoint.url, ledger_url=closed_port())
    answer = api.classify(*(mail(str(number)) for number in range(30)))
    assert (answer.status, answer.body["counts"]) == (200, {"ok": 30, "error": 0})
    assert failures(caplog) == [failure(30, "EndpointConnectionError")]


def test_a_table_that_does_not_exist_is_not_asked_twice(make_api, keyword_endpoint, http_endpoint, caplog):
    asked = []

    def refuse(body):
        asked.append(body)
        return b'{"__type": "ResourceNotFoundException", "message": "geheim-4711"}'

    answer = make_api(keyword_endpoint.url, ledger_url=http_endpoint(400, refuse)).classify(mail())
    assert answer.body["counts"] == {"ok": 1, "error": 0}
    assert (len(asked), failures(caplog)) == (1, [failure(1, "ResourceNotFoundException")])


def test_rows_that_the_ledger_left_are_sent_again_and_no_others(make_api, keyword_endpoint, http_endpoint, caplog):
    asked = []

    def leave_the_first(body):
        ((table, requests),) = json.loads(body)["RequestItems"].items()
        asked.append([request["PutRequest"]["Item"]["email_id"]["S"] for request in requests])
        return json.dumps({"UnprocessedItems": {table: requests[:1]} if len(requests) > 1 else {}}).encode()

    api = make_api(keyword_endpoint.url, ledger_url=http_endpoint(200, leave_the_first))
    api.classify(mail("1"), mail("2"), mail("3"))
    assert (asked, failures(caplog)) == ([["1", "2", "3"], ["1"]], [])


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, b'{"__type": "ThrottlingException"}', "ThrottlingException"),
        (500, b"{}", "500"),
    ],
)
def test_a_ledger_that_keeps_refusing_is_given_up(
    make_api, keyword_endpoint, http_endpoint, caplog, status, body, reason
):
    answer = make_api(keyword_endpoint.url, ledger_url=http_endpoint(status, body)).classify(mail())
    assert answer.body["counts"] == {"ok": 1, "error": 0}
    assert failures(caplog) == [failure(1, reason)]


def test_a_slow_ledger_is_left_at_the_deadline(make_api, keyword_endpoint, http_endpoint, caplog):
    def slow(_):
        time.sleep(3)
        return b"{}"

    api = make_api(keyword_endpoint.url, ledger_url=http_endpoint(200, slow), deadline_seconds=1.5)
    answer = api.classify(*(mail(str(number)) for number in range(26)))
    assert answer.body["counts"] == {"ok": 26, "error": 0}
    assert failures(caplog) == [failure(26, "DeadlinePassedError")]


@pytest.mark.slow
def test_what_a_slow_model_left_is_still_recorded(make_api, http_endpoint, keyword_endpoint, ledger):
    """The ledger has time of its own: a chunk that never comes does not take it from those that came."""

    def relay(body):
        if b'"subject":"slow"' in body:
            time.sleep(8)
        request = urllib.request.Request(
            f"{keyword_endpoint.url}/endpoints/keywords/invocations",
            data=body,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return answer.read()

    mails = [mail(str(number), subject="slow" if number == 40 else "") for number in range(64)]
    answer = make_api(http_endpoint(200, relay), ledger=ledger, deadline_seconds=5).classify(*mails)
    assert answer.body["counts"] == {"ok": 32, "error": 32}
    assert len(ledger.rows) == 32
