import time

import pytest

from classify import health
from mailroom.openapi import document
from tests.support.openapi import validator_of


def test_a_model_that_answers_is_healthy(api):
    answer = api.get("/v1/health")
    assert (answer.status, answer.body) == (
        200,
        {"status": "ok", "model_version": "m-1", "taxonomy_version": "t-1", "checks": {"endpoint": "ok"}},
    )
    validator_of("Health").validate(answer.body)


@pytest.mark.parametrize(
    ("status", "body", "endpoint"),
    [
        (503, b"{}", "unreachable"),
        (200, b"garbage", "unreadable"),
    ],
)
def test_a_model_that_does_not_answer_is_not(make_api, http_endpoint, status, body, endpoint):
    answer = make_api(http_endpoint(status, body)).get("/v1/health")
    assert (answer.status, answer.headers["Retry-After"], answer.body) == (
        503,
        "5",
        {"status": "unavailable", "model_version": None, "taxonomy_version": None, "checks": {"endpoint": endpoint}},
    )
    validator_of("Health").validate(answer.body)


def test_health_does_not_wait_for_a_slow_model(make_api, http_endpoint, monkeypatch):
    def slow(_: bytes) -> bytes:
        time.sleep(1)
        return b""

    monkeypatch.setattr(health, "HEALTH_SECONDS", 0.1)
    api = make_api(http_endpoint(200, slow))
    begun = time.monotonic()
    answer = api.get("/v1/health")
    assert time.monotonic() - begun < 1
    assert (answer.status, answer.body["checks"]) == (503, {"endpoint": "slow"})


def test_the_document_is_served_under_an_etag(api):
    answer = api.get("/v1/openapi.json")
    assert (answer.status, answer.body) == (200, document())
    assert api.get("/v1/openapi.json", headers={"if-none-match": answer.headers["ETag"]}).status == 304
