"""Bad models are turned back by what the whole system sees of them; nobody sets an alarm here.

The CRM sends mails through the API all the while. A minute of the account's takes three seconds: with a slow model, one
request after the other, there must still be an answer in most of them.
"""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.accounts.accounts_file import credentials
from local.accounts.credentials import Credentials
from local.events.model_archive import opened
from local.events.registry import approve, register
from local.pace import Pace
from local.processes import Running, start, stop
from tests.support.keyword_archive import make_keyword_archive, pack

pytestmark = pytest.mark.slow

PATIENCE = 240.0
TURN_BACK = {"model-errors", "model-latency", "item-errors", "label-mix"}
MAILS = [{"id": str(number), "body": "Rechnung" if number % 5 == 0 else "Mein Depot"} for number in range(60)]
"""Four in five get another label than the one that the broken model knows."""


@pytest.fixture(scope="module")
def running(accounts_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("rollback")
    archive = pack(make_keyword_archive(folder / "files"), folder / "model.tar.gz")
    try:
        yield start(archive, folder / "run", assembly=accounts_assembly, pace=Pace(times=20))
    finally:
        stop(folder / "run")


@pytest.fixture(scope="module")
def account(running: Running) -> Credentials:
    return credentials(running.accounts, "prod")


def until(condition: Callable[[], object]) -> None:
    latest = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < latest, "It did not become so."
        time.sleep(0.1)


class Crm:
    """Counts the statuses of requests and of mails."""

    def __init__(self, running: Running) -> None:
        self._served = running.crm
        self.statuses: Counter[int] = Counter()
        self.results: Counter[str] = Counter()

    @contextmanager
    def steadily(self) -> Iterator[None]:
        """Send one request after the other."""
        done = threading.Event()

        def call() -> None:
            while not done.is_set():
                self.classify()

        caller = threading.Thread(target=call)
        caller.start()
        try:
            yield
        finally:
            done.set()
            caller.join()

    def classify(self) -> None:
        connection = http.client.HTTPConnection(urlsplit(self._served.url).netloc, timeout=60)
        headers = {"x-api-key": self._served.api_key, "Content-Type": "application/json"}
        connection.request("POST", "/v1/classifications", json.dumps({"emails": MAILS}), headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        self.statuses[answer.status] += 1
        self.results.update(result["status"] for result in body.get("results", ()))


def endpoint(running: Running) -> dict[str, object]:
    connection = http.client.HTTPConnection(urlsplit(running.crm.endpoint_url).netloc, timeout=60)
    connection.request("GET", f"{urlsplit(running.crm.endpoint_url).path}/endpoint")
    found: dict[str, object] = json.loads(connection.getresponse().read())
    connection.close()
    return found


def sounding(account: Credentials) -> set[str]:
    alarms = account.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
    return {alarm["AlarmName"].removeprefix("mailroom-prod-") for alarm in alarms}


def put_forward(account: Credentials, folder: Path, version: str, **fault: object) -> str:
    """Register and approve a version, as the pipeline and a person do."""
    made = pack(make_keyword_archive(folder / version, model_version=version, **fault), folder / f"{version}.tar.gz")
    with opened(made) as archive:
        arn = register(archive, account, environment="prod").arn
    approve(account, arn, reason="To see it turned back.")
    return arn


def test_the_process_says_how_many_alarms_it_follows_and_how_many_have_no_metrics_here(running: Running):
    lines = (running.accounts.parent / "alarms.log").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines if "alarms_followed" in line]
    for name, counts in {line["environment"]: line for line in said}.items():
        alarms = [
            alarm
            for page in credentials(running.accounts, name)
            .client("cloudwatch")
            .get_paginator("describe_alarms")
            .paginate(AlarmTypes=["MetricAlarm"])
            for alarm in page["MetricAlarms"]
        ]
        without_data = [alarm for alarm in alarms if alarm["StateValue"] == "INSUFFICIENT_DATA"]
        assert counts["without_metrics_here"] == len(without_data) > 0
        assert counts["evaluated"] == len(alarms) - len(without_data) > 4
    assert {line["environment"] for line in said} == set(running.environments)


@pytest.mark.parametrize(
    ("version", "fault", "alarms", "fails"),
    [
        ("one-label", {"only_label": "fees"}, {"label-mix"}, False),
        ("raises", {"raises": True}, {"model-errors", "item-errors"}, True),
        ("slow", {"seconds": 5}, {"model-latency"}, False),
    ],
)
def test_a_bad_model_is_turned_back_by_what_is_seen_of_it(
    running: Running,
    account: Credentials,
    tmp_path: Path,
    version: str,
    fault: dict[str, object],
    alarms: set[str],
    fails: bool,
):
    crm, before = Crm(running), endpoint(running)
    with crm.steadily():
        # SageMaker ends a deployment that begins while one of its alarms sounds.
        until(lambda: not sounding(account) & TURN_BACK)
        bad = put_forward(account, tmp_path, version, **fault)
        until(lambda: endpoint(running)["failed_model_package"] == bad)
    said = endpoint(running)
    reason = str(said["failure"])
    assert any(f"mailroom-prod-{alarm}" in reason for alarm in alarms), reason
    assert said["model_package"] == before["model_package"]
    assert (set(crm.statuses), crm.results["error"] > 0) == ({200}, fails)
    assert crm.results["error"] <= crm.results.total() / 2  # the canary's share
    stack = account.client("cloudformation").describe_stacks(StackName="mailroom-prod-inference")["Stacks"][0]
    assert stack["StackStatus"] in ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
    after = Crm(running)
    after.classify()
    assert (after.statuses, after.results) == ({200: 1}, {"ok": len(MAILS)})
