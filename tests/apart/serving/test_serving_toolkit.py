"""The archive that the pipeline registered, behind the real Hugging Face inference toolkit and multi-model-server.

``make test-contracts``; its own environment is requirements/serving.txt.
"""

import json

from tests.apart.serving.conftest import Archive, Served, request
from tests.apart.serving.invocations import EMAILS, EMPTY, SECRET, batch, rounded


def test_a_batch_gets_one_result_per_mail_with_an_error_inside_a_200(served: Served, registered: Archive):
    answer = served.post(batch(EMAILS))
    assert answer.status == 200
    payload = json.loads(answer.body)
    said = {name: registered.metadata[name] for name in ("model_version", "taxonomy_version")}
    assert {name: payload[name] for name in said} == said
    assert said["taxonomy_version"] == "tiny-1"
    results = payload["results"]
    assert [(one["id"], one["status"]) for one in results] == [
        ("transfer", "ok"),
        ("fee", "ok"),
        ("empty", "error"),
        ("address", "ok"),
    ]
    assert [results[place]["labels"]["queue"]["label"] for place in (0, 1, 3)] == ["transfers", "fees", "address"]
    assert results[2]["error"] == EMPTY


def test_the_local_endpoint_answers_the_same(served: Served, served_locally: Served):
    toolkit, local = served.post(batch(EMAILS)), served_locally.post(batch(EMAILS))
    assert (toolkit.status, local.status) == (200, 200)
    assert rounded(json.loads(toolkit.body)) == rounded(json.loads(local.body))


def test_the_model_says_which_one_it_is(served: Served, served_locally: Served):
    described = served.post(b'{"describe": true}')
    assert described.status == 200
    assert json.loads(described.body) == json.loads(served_locally.post(b'{"describe": true}').body)


def test_ping_is_healthy(served: Served):
    assert request(served.port, "GET", "/ping").status == 200


def test_a_request_of_another_form_is_refused_without_what_it_held(served: Served, served_locally: Served):
    for body in (f"{SECRET} no JSON".encode(), json.dumps({"emails": SECRET}).encode()):
        refused = served.post(body)
        assert refused.status == 400
        # The local endpoint answers as SageMaker's runtime does, which tells the caller what the container said.
        assert json.loads(served_locally.post(body).body)["OriginalStatusCode"] == 400
        assert SECRET.encode() not in refused.body
    assert SECRET not in served.log.read_text(encoding="utf-8")


def test_a_mail_that_is_none_is_an_error_in_its_place_without_what_it_held(served: Served):
    answer = served.post(batch([{"id": "odd", "body": {"text": SECRET}}, EMAILS[0]]))
    assert answer.status == 200
    results = json.loads(answer.body)["results"]
    assert results[0]["error"] == {"code": "INVALID_FIELD", "detail": "body must be text.", "retryable": False}
    assert results[1]["status"] == "ok"
    assert SECRET not in served.log.read_text(encoding="utf-8")
