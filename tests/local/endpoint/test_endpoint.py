"""The endpoint, asked by boto3 as a SageMaker endpoint is."""

import json
import threading
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from mailroom.message import Email
from mailroom.wire.endpoint import batch_to_json, describe_to_json, description_from_json, results_from_json
from mailroom.wire.request import Options
from tests.support.keyword_archive import TAXONOMY

pytestmark = pytest.mark.slow

SECRET = "geheim-4711"


def body(*subjects: str) -> bytes:
    return batch_to_json(
        [
            Email(id=str(number), subject=subject, body=f"Mein Depot {SECRET}")
            for number, subject in enumerate(subjects)
        ],
        Options(),
    )


@pytest.fixture
def client(client_of, endpoint):
    return client_of(endpoint.url)


def invoke(client, payload: bytes, name: str = "keywords", **parameters: str):
    return client.invoke_endpoint(EndpointName=name, Body=payload, ContentType="application/json", **parameters)


def error(client, payload: bytes, name: str = "keywords") -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        invoke(client, payload, name)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


def test_boto3_gets_the_models_answer(client):
    answer = invoke(client, body(""), CustomAttributes="trace-1")
    versions, (result,) = results_from_json(answer["Body"].read(), ["p-1"])
    assert (versions.model, result.email_id, result.labels["queue"].label) == ("m-1", "0", "transfers")
    assert (answer["ContentType"], answer["InvokedProductionVariant"], answer["CustomAttributes"]) == (
        "application/json",
        "AllTraffic",
        "trace-1",
    )


def test_the_model_describes_itself(client):
    description = description_from_json(invoke(client, describe_to_json())["Body"].read())
    assert (description.model_version, description.taxonomy) == ("m-1", TAXONOMY)


def test_the_models_own_time_is_told(client):
    headers = invoke(client, body("sleep 0.1"))["ResponseMetadata"]["HTTPHeaders"]
    assert 100 <= float(headers["x-mailroom-model-milliseconds"]) < 1000
    assert 0 <= float(headers["x-mailroom-queue-milliseconds"]) < 1000


def test_another_endpoint_is_a_validation_error(client):
    assert error(client, body(""), "elsewhere") == (400, "ValidationError", "There is no endpoint of that name.")


def test_an_exception_of_the_model_is_a_model_error_without_its_text(client):
    assert error(client, body("raise")) == (424, "ModelError", "The model raised an exception.")
    assert error(client, b"no JSON") == (424, "ModelError", "The model raised an exception.")


def test_more_than_six_mebibytes_are_refused(client):
    assert error(client, b"x" * (6 * 1024 * 1024 + 1)) == (
        413,
        "ValidationError",
        "The request body is larger than 6,291,456 bytes.",
    )


def test_more_than_may_wait_are_turned_away_and_the_others_are_served_one_at_a_time(client):
    outcomes: list[str] = []

    def call() -> None:
        try:
            invoke(client, body("sleep 0.3"))["Body"].read()
            outcomes.append("served")
        except ClientError as failure:
            outcomes.append(failure.response["Error"]["Code"])

    threads = [threading.Thread(target=call) for _ in range(5)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
        # One is being served before the next arrive, so that exactly two may wait.
        time.sleep(0.03)
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ServiceUnavailable"] * 2 + ["served"] * 3
    assert time.monotonic() - begun > 0.9


def test_ping_says_that_the_endpoint_is_in_service(endpoint):
    with urllib.request.urlopen(f"{endpoint.url}/ping") as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/endpoints/keywords/invocations"),
        ("POST", "/ping"),
        ("POST", "/endpoints/keywords"),
        ("GET", "/"),
    ],
)
def test_other_operations_are_unknown(endpoint, method, path):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(endpoint.url + path, method=method, data=b""))
    assert (caught.value.code, json.loads(caught.value.read())["ErrorCode"]) == (404, "UnknownOperationException")
