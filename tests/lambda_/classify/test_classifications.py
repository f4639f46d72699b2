import base64
import json
import re

from tests.support.classify_api import SECRET, mail
from tests.support.openapi import validator_of

HEX = re.compile(r"[0-9a-f]{32}")

TRANSFERS = {
    "status": "ok",
    "language": {"code": "de", "confidence": 0.9},
    "labels": {
        "queue": {"label": "transfers", "confidence": 0.97, "alternatives": [{"label": "fees", "confidence": 0.03}]}
    },
    "decision": "auto_route",
    "reasons": [],
    "queue_target": "crm.transfers",
    "audit": False,
    "truncated": False,
    "evidence": [],
}


def error(code: str, detail: str, *, retryable: bool = False) -> dict[str, object]:
    return {"status": "error", "error": {"code": code, "detail": detail, "retryable": retryable}}


def test_a_mail_gets_its_labels(api):
    answer = api.classify(mail("500A", subject="Übertrag", custodian_banks=["Musterbank"]))
    batch_id, prediction_id = answer.body["batch_id"], answer.body["results"][0]["prediction_id"]
    assert HEX.fullmatch(batch_id)
    assert HEX.fullmatch(prediction_id)
    assert (answer.status, answer.body) == (
        200,
        {
            "batch_id": batch_id,
            "mode": "live",
            "model_version": "m-1",
            "taxonomy_version": "t-1",
            "policy_version": "p-1",
            "counts": {"ok": 1, "error": 0},
            "results": [{"id": "500A", "prediction_id": prediction_id, **TRANSFERS}],
        },
    )
    assert answer.headers == {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "X-Request-Id": "request-1",
    }
    validator_of("ClassificationResponse").validate(answer.body)


def test_one_bad_mail_never_fails_the_others_and_the_order_is_the_requests(api):
    answer = api.classify(
        mail("1"),
        mail("2", body="  \n"),
        {"id": "3"},
        mail("1"),
        mail("5", priority="high"),
        "text",
        mail("7", body=f"\ud800{SECRET}"),
        mail("8"),
    )
    found = [
        {key: value for key, value in result.items() if key != "prediction_id"} for result in answer.body["results"]
    ]
    known = "body, body_format, custodian_banks, id, language_hint, received_at, subject, thread_id"
    assert (answer.status, answer.body["counts"], found) == (
        200,
        {"ok": 2, "error": 6},
        [
            {"id": "1", **TRANSFERS},
            {"id": "2", **error("EMPTY_TEXT", "The mail has no text.")},
            {"id": "3", **error("INVALID_FIELD", "The mail lacks 'body'.")},
            {"id": "1", **error("DUPLICATE_ID", "An earlier mail of this request has the same id.")},
            {"id": "5", **error("INVALID_FIELD", f"The mail has the unknown field 'priority'; known are {known}.")},
            {"id": None, **error("INVALID_FIELD", "The mail must be an object.")},
            {"id": "7", **error("INVALID_FIELD", "body holds a lone surrogate, which is not a character.")},
            {"id": "8", **TRANSFERS},
        ],
    )
    validator_of("ClassificationResponse").validate(answer.body)


def test_a_hundred_mails_come_back_in_order_each_with_its_own_prediction_id(api):
    answer = api.classify(*(mail(f"mail-{number}") for number in range(100)))
    results = answer.body["results"]
    assert [result["id"] for result in results] == [f"mail-{number}" for number in range(100)]
    assert len({result["prediction_id"] for result in results}) == 100


def test_three_mails_of_a_megabyte_each_fit_into_one_request(api):
    answer = api.classify(*(mail(str(number), body="Depot " + "x" * 1_200_000) for number in range(3)))
    assert answer.body["counts"] == {"ok": 3, "error": 0}


def test_shadow_mode_is_echoed(api):
    assert api.classify(mail(), mode="shadow").body["mode"] == "shadow"


def test_a_batch_without_a_readable_mail_still_names_the_live_model(api):
    answer = api.classify({"id": "1"})
    assert (answer.status, answer.body["model_version"], answer.body["taxonomy_version"], answer.body["counts"]) == (
        200,
        "m-1",
        "t-1",
        {"ok": 0, "error": 1},
    )


def test_a_share_of_the_mails_is_marked_for_blind_labelling(make_api, keyword_endpoint):
    api = make_api(keyword_endpoint.url, audit_share=0.5)
    marked = sum(
        result["audit"] for result in api.classify(*(mail(str(number)) for number in range(100))).body["results"]
    )
    # A fair coin leaves this range once in ten million runs.
    assert 23 < marked < 77


def test_an_audit_share_of_one_marks_every_prediction(make_api, keyword_endpoint):
    results = make_api(keyword_endpoint.url, audit_share=1.0).classify(mail("1"), mail("2", body="")).body["results"]
    assert [result.get("audit") for result in results] == [True, None]


def test_a_body_in_base64_is_read(api):
    body = base64.b64encode(json.dumps({"emails": [mail()]}).encode()).decode()
    answer = api.call(
        "POST", "/v1/classifications", body=body, is_base64=True, headers={"content-type": "application/json"}
    )
    assert answer.body["counts"] == {"ok": 1, "error": 0}
