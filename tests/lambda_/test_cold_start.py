"""The functions behind the public API in a bare interpreter, as Lambda starts them."""

import json

import pytest

from tests.support.bare_interpreter import handle, imported
from tests.support.classify_api import mail
from tests.support.feedback_api import item
from tests.support.function_environment import function_environment
from tests.support.proxy_events import proxy_event

pytestmark = pytest.mark.slow

HEAVY = {"model", "local", "torch", "transformers", "numpy", "sklearn", "pandas", "pyarrow", "resiliparse", "tomllib"}


@pytest.mark.parametrize(
    ("package", "path", "payload", "count", "row"),
    [
        ("classify", "/v1/classifications", {"emails": [mail()]}, "ok", "prediction"),
        ("feedback", "/v1/feedback", {"items": [item()]}, "accepted", "feedback#f-1"),
    ],
)
def test_the_handler_answers_an_event_stores_a_row_and_logs_json_lines(
    keyword_endpoint, ledger, package, path, payload, count, row
):
    event = proxy_event("POST", path, body=json.dumps(payload), headers={"Content-Type": "application/json"})
    environment = {
        **function_environment(endpoint_url=keyword_endpoint.url, endpoint_name="keywords"),
        "AWS_ENDPOINT_URL_DYNAMODB": ledger.url,
        "LEDGER_TABLE": ledger.name,
        "LEDGER_DAYS": "30",
    }
    *_, line, answer = handle(package, event, **environment)
    assert (answer["statusCode"], json.loads(answer["body"])["counts"][count]) == (200, 1)
    assert (line["event"], line["status"], line["request_id"]) == ("request", 200, "request-1")
    assert [stored["sk"] for stored in ledger.rows] == [row]


@pytest.mark.parametrize("package", ["classify", "feedback"])
def test_without_its_settings_it_says_in_the_log_what_is_missing_and_outside_nothing(package):
    line, answer = handle(package, proxy_event("GET", "/v1/health"))
    assert (line["event"], line["problem"]) == ("misconfigured", "ENDPOINT_NAME must name the SageMaker endpoint.")
    assert (answer["statusCode"], json.loads(answer["body"])["detail"]) == (
        500,
        "The request failed; please give the request id request-1 when asking.",
    )


@pytest.mark.parametrize(("package", "other"), [("classify", "feedback"), ("feedback", "classify")])
def test_importing_it_neither_reads_the_environment_nor_opens_a_client_nor_loads_what_is_not_needed(package, other):
    loaded = imported(package)
    assert not (HEAVY | {other}) & loaded
    assert {package, "mailroom", "boto3"} <= loaded
