import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3.session
import pytest

from deploy import handler as module
from mailroom.lambda_runtime import logs
from mailroom.lambda_runtime.settings import SettingsError
from tests.lambda_.deploy.test_settings import VALUES
from tests.lambda_.deploy.world import World, message

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a new Lambda environment."""
    monkeypatch.setattr(logs, "write_json_lines", lambda: None)
    module._set_up.cache_clear()
    yield
    module._set_up.cache_clear()


def test_from_an_approval_to_the_live_version(world: World, monkeypatch: pytest.MonkeyPatch):
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3.session, "Session", lambda: world)
    arn = world.register("PendingManualApproval")
    assert module.handler({"Records": [message("m-1")]}, None) == {"batchItemFailures": []}
    world.decide(arn, "Approved")
    come_back = {"batchItemFailures": [{"itemIdentifier": "m-2"}]}
    assert module.handler({"Records": [message("m-2")]}, None) == come_back
    assert module.handler({"Records": [message("m-2")]}, None) == come_back
    world.stack.finish()
    assert module.handler({"Records": [message("m-2")]}, None) == {"batchItemFailures": []}
    assert (world.parameter, world.stack.resolved) == (arn, arn)


def test_without_its_settings_the_function_fails_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, log_lines):
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("STACK_NAME")
    with pytest.raises(SettingsError):
        module.handler({"Records": [message()]}, None)
    assert log_lines() == [
        {"level": "error", "event": "misconfigured", "problem": "STACK_NAME must name the inference stack."}
    ]


def test_the_import_opens_no_client_and_reads_no_setting():
    program = (
        "import os, boto3.session\n"
        "del boto3.session.Session.client\n"
        "os.environ.clear()\n"
        "import deploy.handler\n"
        "assert deploy.handler._set_up.cache_info().currsize == 0\n"
    )
    run = subprocess.run(  # its own process: here everything is imported already
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'lambda'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
