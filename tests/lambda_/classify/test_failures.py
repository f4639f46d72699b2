"""What happens when the model is away, slow or broken."""

import json
import logging
import time

import pytest

from mailroom.lambda_runtime.application import Application
from mailroom.prediction import ErrorCode, ItemError
from mailroom.wire.endpoint import invocation_from_json, results_to_json
from mailroom.wire.response import Versions
from tests.support.classify_api import SECRET, mail
from tests.support.log_lines import logged
from tests.support.ports import closed_port

LATE = {
    "code": "MODEL_TIMEOUT",
    "detail": "The model did not answer within the deadline; the mail may be sent again.",
    "retryable": True,
}
BROKEN = {
    "code": "INTERNAL",
    "detail": "The model could not classify this mail; it may be sent again.",
    "retryable": True,
}


def errors(answer) -> list[object]:
    return [result.get("error") for result in answer.body["results"]]


def test_without_an_endpoint_the_batch_may_be_sent_again(make_api, caplog):
    answer = make_api(closed_port()).classify(mail("1"), mail("2"))
    assert (answer.status, answer.headers["Retry-After"], answer.headers["Content-Type"], answer.body["detail"]) == (
        503,
        "5",
        "application/problem+json",
        "The model cannot be reached at present; the request may be sent again.",
    )
    failed, request = logged(caplog)
    assert (failed["event"], failed["reason"]) == ("invocation_failed", "EndpointConnectionError")
    assert (request["event"], request["status"]) == ("request", 503)


def test_an_endpoint_of_another_name_is_no_endpoint(make_api, keyword_endpoint, caplog):
    assert make_api(keyword_endpoint.url, "elsewhere").classify(mail()).status == 503
    assert logged(caplog)[0]["reason"] == "ValidationError"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b'{"ErrorCode": "ServiceUnavailable"}'),
        (400, b'{"__type": "ThrottlingException", "message": null}'),
        (500, b""),
        (403, b'{"__type": "AccessDeniedException"}'),
    ],
)
def test_an_endpoint_that_refuses_is_no_endpoint(make_api, http_endpoint, status, body):
    assert make_api(http_endpoint(status, body)).classify(mail()).status == 503


def test_mails_that_could_not_be_read_are_answered_even_without_an_endpoint(make_api):
    answer = make_api(closed_port()).classify({"id": "1"})
    assert (answer.status, answer.body["model_version"], answer.body["counts"]) == (200, "", {"ok": 0, "error": 1})


def slow_if_asked(invocation: bytes) -> bytes:
    """Answers each mail with EMPTY_TEXT, after two seconds if one of them has the subject "slow"."""
    batch = invocation_from_json(invocation)
    if any(email.subject == "slow" for email in batch.items):
        time.sleep(2)
    return results_to_json(
        Versions(model="m", taxonomy="t", policy="p"),
        [ItemError(email_id=email.id, code=ErrorCode.EMPTY_TEXT, detail="") for email in batch.items],
    )


def test_a_slow_model_is_left_at_the_deadline(make_api, http_endpoint):
    api = make_api(http_endpoint(200, slow_if_asked), deadline_seconds=0.7)
    begun = time.monotonic()
    answer = api.classify(mail("1", subject="slow"), mail("2"))
    assert time.monotonic() - begun < 0.7
    assert (answer.status, errors(answer), answer.body["counts"]) == (200, [LATE, LATE], {"ok": 0, "error": 2})


def test_the_lambdas_own_time_counts_if_it_is_shorter(make_api, http_endpoint):
    begun = time.monotonic()
    answer = make_api(http_endpoint(200, slow_if_asked)).post({"emails": [mail(subject="slow")]}, seconds=0.7)
    assert time.monotonic() - begun < 1
    assert errors(answer) == [LATE]


def test_what_was_classified_before_the_deadline_is_kept(make_api, http_endpoint):
    # 64 mails are two chunks, under way at once.
    mails = [mail(str(number), subject="slow" if number == 40 else "") for number in range(64)]
    answer = make_api(http_endpoint(200, slow_if_asked), deadline_seconds=0.7).classify(*mails)
    assert [error["code"] for error in errors(answer)] == ["EMPTY_TEXT"] * 32 + ["MODEL_TIMEOUT"] * 32
    assert answer.body["model_version"] == "m"


def test_more_chunks_than_may_be_under_way_at_once_are_all_sent(make_api, http_endpoint):
    answer = make_api(http_endpoint(200, slow_if_asked)).classify(
        *(mail(str(number), body="x" * 600_000) for number in range(6))
    )
    assert [error["code"] for error in errors(answer)] == ["EMPTY_TEXT"] * 6


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"{}",
        b"[]",
        b"null",
        b'{"model_version": "m", "taxonomy_version": "t", "policy_version": "p", "results": []}',
        b'{"model_version": "m", "taxonomy_version": "t", "policy_version": "p", "results": '
        b'[{"id": "1", "status": "ok"}]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_garbage_from_the_endpoint_is_an_error_of_each_mail(make_api, http_endpoint, body):
    answer = make_api(http_endpoint(200, body)).classify(mail("1"))
    assert (answer.status, errors(answer)) == (200, [BROKEN])


def test_results_of_other_mails_are_garbage(make_api, http_endpoint):
    body = {
        "model_version": "m",
        "taxonomy_version": "t",
        "policy_version": "p",
        "results": [{"id": "2", "status": "error", "error": {"code": "EMPTY_TEXT", "detail": "", "retryable": False}}],
    }
    assert errors(make_api(http_endpoint(200, json.dumps(body).encode())).classify(mail("1"))) == [BROKEN]


def test_a_mail_on_which_the_model_breaks_does_not_take_the_others_with_it(api, caplog):
    mails = [mail(str(number), subject="raise" if number == 13 else "") for number in range(30)]
    answer = api.classify(*mails)
    assert errors(answer) == [BROKEN if number == 13 else None for number in range(30)]
    assert answer.body["model_version"] == "m-1"
    assert {"event": "invocation_failed", "reason": "ModelError"}.items() <= logged(caplog)[0].items()


def test_a_model_that_breaks_on_everything_is_not_asked_for_ever(make_api, http_endpoint, caplog):
    answer = make_api(http_endpoint(424, b'{"__type": "ModelError", "Message": "geheim-4711"}')).classify(
        *(mail(str(number)) for number in range(100))
    )
    assert errors(answer) == [BROKEN] * 100
    assert logged(caplog)[-1]["invocations"] <= 4 + 2 * 8


def test_what_nobody_foresaw_is_a_500_with_an_id_and_nothing_else(api, monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(Application, "_dispatch", broken)
    answer = api.classify(mail())
    assert (answer.status, answer.body) == (
        500,
        {
            "type": "about:blank",
            "title": "Internal error",
            "status": 500,
            "detail": "The request failed; please give the request id request-1 when asking.",
        },
    )
    failure, request = logged(caplog)
    assert {key: failure[key] for key in ("event", "level", "exception", "request_id")} == {
        "event": "failure",
        "level": "error",
        "exception": "ValueError",
        "request_id": "request-1",
    }
    assert failure["place"].startswith("test_failures.py:")
    assert request["status"] == 500


def test_an_event_that_is_none_is_a_500(api):
    assert api.application.answer({}, object())["statusCode"] == 500


def without_times(line):
    return {key: value for key, value in line.items() if key not in ("time", "milliseconds")}


def test_each_call_leaves_one_line_of_counts_and_names_one_per_label_and_one_per_model(api, caplog):
    caplog.set_level(logging.INFO)
    api.classify(mail("1"), mail("2", body=""), mail("3"), mail("4", body="Rechnung"))
    *labels, model, line = logged(caplog)
    assert [without_times(label) for label in labels] == [
        {
            "level": "info",
            "event": "labelled",
            "request_id": "request-1",
            "task": "queue",
            "label": label,
            "mails": mails,
        }
        for label, mails in {"transfers": 2, "fees": 1}.items()
    ]
    assert without_times(model) == {
        "level": "info",
        "event": "answered",
        "request_id": "request-1",
        "model_version": "m-1",
        "mails": 4,
        "errors": 1,
    }
    assert without_times(line) == {
        "level": "info",
        "event": "request",
        "route": "POST /v1/classifications",
        "status": 200,
        "request_id": "request-1",
        "ok": 3,
        "error": 1,
        "auto_route": 3,
        "suggest": 0,
        "human_review": 0,
        "low_confidence": 0,
        "confidence_queue": 0.97,
        "relayed": 4,
        "relayed_errors": 1,
        "mode": "live",
        "invocations": 1,
        "model_version": "m-1",
    }


def test_an_unknown_path_is_not_logged(api, caplog):
    api.get(f"/v1/{SECRET}")
    assert logged(caplog)[0]["route"] == "unknown"
