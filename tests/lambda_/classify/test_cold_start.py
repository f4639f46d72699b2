"""The function in a bare interpreter, as Lambda starts it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.front.function import function_environment
from tests.support.classify_api import mail
from tests.support.proxy_events import proxy_event

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def in_bare_interpreter(code: str, **environment: str) -> str:
    paths = os.pathsep.join([str(ROOT / "lambda"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


HANDLE = """
import json, sys
from classify.handler import handler
class Context:
    aws_request_id = "lambda-1"
    def get_remaining_time_in_millis(self):
        return 30000
print(json.dumps(handler(json.loads(sys.argv[1]), Context())))
"""


def handle(event: dict[str, object], **environment: str) -> list[dict[str, object]]:
    code = f"import sys; sys.argv.append({json.dumps(json.dumps(event))})\n{HANDLE}"
    return [json.loads(line) for line in in_bare_interpreter(code, **environment).splitlines()]


def test_the_handler_answers_an_event_and_logs_one_json_line(keyword_endpoint):
    event = proxy_event(
        "POST",
        "/v1/classifications",
        body=json.dumps({"emails": [mail()]}),
        headers={"Content-Type": "application/json"},
    )
    line, answer = handle(event, **function_environment(endpoint_url=keyword_endpoint.url, endpoint_name="keywords"))
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["counts"] == {"ok": 1, "error": 0}
    assert (line["event"], line["status"], line["request_id"]) == ("request", 200, "request-1")


def test_without_its_settings_it_says_in_the_log_what_is_missing_and_outside_nothing():
    line, answer = handle(proxy_event("GET", "/v1/health"))
    assert (line["event"], line["problem"]) == ("misconfigured", "ENDPOINT_NAME must name the SageMaker endpoint.")
    assert (answer["statusCode"], json.loads(answer["body"])["detail"]) == (
        500,
        "The request failed; please give the request id request-1 when asking.",
    )


def test_importing_it_neither_reads_the_environment_nor_opens_a_client_nor_loads_what_is_not_needed():
    loaded = json.loads(
        in_bare_interpreter("""
import json, os, sys
import boto3
class Guarded(dict):
    def __getitem__(self, key):
        raise AssertionError(key)
    get = __getitem__
    __contains__ = __getitem__
def refuse(*_, **__):
    raise AssertionError("a client")
boto3.session.Session.client = refuse
os.environ = Guarded()
import classify.handler
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
""")
    )
    heavy = {"model", "local", "torch", "transformers", "numpy", "sklearn", "pandas", "pyarrow", "resiliparse"}
    assert not heavy & set(loaded)
    assert {"classify", "mailroom", "boto3"} <= set(loaded)
