"""The background processes that serve emulated accounts, where something is missing."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import background
from local.accounts import accounts_file, emulator
from local.accounts.accounts_file import Place
from local.accounts.credentials import Credentials, assume
from local.accounts.inspect.functions import QueueSource, queue_sources
from local.adapters import Adapters, Served, wait_for_model
from local.background import ProcessError
from local.endpoint.model_server.http_server import HttpResponse, LoopbackServer

TRUST = {"Version": "2012-10-17", "Statement": []}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """The state file of an emulated account in which nothing is deployed."""
    state = tmp_path / "accounts.json"
    emulator.start(state)
    accounts_file.write(state, {"dev": Place(account="111122223333", region="eu-central-1")})
    yield state
    emulator.stop(state)


def test_an_endpoint_that_does_not_answer_is_one_sentence_that_names_its_log():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/dev"
        served = Served(environment="dev", url=url, api_key="key", endpoint_url=url)
        sentence = "The endpoint of dev does not answer: look at hosting.log in the run folder."
        with pytest.raises(ProcessError, match=f"^{re.escape(sentence)}$"):
            wait_for_model(served, "arn")


@pytest.fixture
def turned_back() -> Iterator[Served]:
    """An endpoint whose last change, to the package "bad" at second 100, was turned back."""
    state = {"model_package": "good", "failed_model_package": "bad", "failure": "In ALARM.", "failed_at": 100.0}
    answer = HttpResponse(status=200, body=json.dumps(state).encode())
    server = LoopbackServer(0, lambda _: answer, max_bytes=1, too_large=lambda: answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield Served(environment="dev", url=server.url, api_key="key", endpoint_url=server.url)
    server.shutdown()
    server.server_close()


def test_who_waits_for_a_model_that_was_turned_back_is_told_why(turned_back: Served):
    wait_for_model(turned_back, "good")
    with pytest.raises(ProcessError, match=r"^In ALARM\.$"):
        wait_for_model(turned_back, "bad")


def test_a_failure_from_before_an_attempt_is_not_the_attempts(turned_back: Served):
    with pytest.raises(ProcessError, match=r"^The approved model did not reach the endpoint of dev within 0 seconds"):
        wait_for_model(turned_back, "bad", seconds=0.2, since=101.0)


@pytest.mark.slow
def test_where_one_does_not_come_up_the_others_are_ended(empty, tmp_path):
    adapters = Adapters(run_dir=tmp_path / "run", accounts=empty)
    adapters.run_dir.mkdir()
    with pytest.raises(ProcessError, match="mailroom-dev"):
        adapters.start(["dev"])
    assert (adapters.run_dir / "hosting.log").read_text().startswith("ready ")
    assert background.recorded(adapters.record) == []
    assert list(adapters.run_dir.glob("*.json")) == []


@pytest.mark.slow
def test_a_queue_whose_mapping_is_switched_off_feeds_no_function(empty):
    account: Credentials = assume(emulator.require(empty), account="111122223333", region="eu-central-1")
    role = account.client("iam").create_role(RoleName="tiny", AssumeRolePolicyDocument=json.dumps(TRUST))
    client = account.client("lambda")
    client.create_function(
        FunctionName="tiny", Runtime="python3.12", Role=role["Role"]["Arn"], Handler="h.h", Code={"ZipFile": b"none"}
    )
    for name, enabled in (("on", True), ("off", False)):
        account.client("sqs").create_queue(QueueName=name)
        arn = f"arn:aws:sqs:eu-central-1:111122223333:{name}"
        client.create_event_source_mapping(EventSourceArn=arn, FunctionName="tiny", Enabled=enabled, BatchSize=5)
    assert queue_sources(account) == (
        QueueSource(
            queue_arn="arn:aws:sqs:eu-central-1:111122223333:on",
            function="tiny",
            batch_size=5,
            reports_failures=False,
        ),
    )
