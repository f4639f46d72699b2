"""Bad models are turned back by what the whole system sees of them; nobody sets an alarm here.

The CRM sends mails through the API all the while. A minute of the account's takes three seconds: with a slow model, one
request after the other, there must still be an answer in most of them.
"""

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
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
    """Counts the statuses of requests and of ``mails``."""

    def __init__(self, running: Running, mails: Sequence[Mapping[str, str]] = MAILS) -> None:
        self._served = running.crm
        self._mails = mails
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
        connection.request("POST", "/v1/classifications", json.dumps({"emails": self._mails}), headers)
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


def told_of_invocations(running: Running, cursor: int = 0) -> Any:
    """What became of the invocations behind a cursor."""
    connection = http.client.HTTPConnection(urlsplit(running.crm.endpoint_url).netloc, timeout=60)
    connection.request("GET", f"{urlsplit(running.crm.endpoint_url).path}/invocation-log?after={cursor}")
    found = json.loads(connection.getresponse().read())
    connection.close()
    return found


def told_of_the_shift(running: Running) -> list[Mapping[str, Any]]:
    """The adapter's lines on prod's traffic, in their order."""
    lines = (running.accounts.parent / "hosting.log").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines if '"traffic_shifted"' in line or '"endpoint_failed"' in line]
    return [line for line in told if line["environment"] == "prod"]


def shares_of(
    package: str, records: Sequence[Mapping[str, Any]], told: Sequence[Mapping[str, Any]]
) -> list[tuple[int, int, float]]:
    """For each span between two lines, how many invocations begun in it went to the version, of how many, and which
    share was to."""
    found = []
    for line, following in itertools.pairwise(told):
        begun = [one for one in records if line["at"] <= one["at"] - one["seconds"] < following["at"]]
        taken = sum(one["model_package"] == package for one in begun)
        found.append((taken, len(begun), line["percent"] / 100))
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
    assert len(running.environments) == 2
    for name in running.environments:
        # Each version brings alarms of its own, which are read, and then settled, within a few looks.
        until = time.monotonic() + PATIENCE
        while (counted := _counted(running, name)) != (said := _said(running, name)) and time.monotonic() < until:
            time.sleep(1)
        assert counted == said
        assert counted["evaluated"] > 4
        assert counted["without_metrics_here"] > 0


def _said(running: Running, environment: str) -> Mapping[str, int]:
    lines = (running.accounts.parent / "alarms.log").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines if "alarms_followed" in line]
    last = [line for line in found if line["environment"] == environment][-1]
    return {name: last[name] for name in ("evaluated", "without_metrics_here")}


def _counted(running: Running, environment: str) -> Mapping[str, int]:
    cloudwatch = credentials(running.accounts, environment).client("cloudwatch")
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
    states = [alarm["StateValue"] for page in pages for alarm in page["MetricAlarms"]]
    without = states.count("INSUFFICIENT_DATA")
    return {"evaluated": len(states) - without, "without_metrics_here": without}


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
    cursor, told = told_of_invocations(running)["cursor"], len(told_of_the_shift(running))
    with crm.steadily():
        bad = put_forward(account, tmp_path, version, **fault)
        until(lambda: endpoint(running)["failed_model_package"] == bad)
    said = endpoint(running)
    reason = str(said["failure"])
    assert any(f"mailroom-prod-rollback-{alarm}-" in reason for alarm in alarms), reason
    assert said["model_package"] == before["model_package"]
    assert (set(crm.statuses), crm.results["error"] > 0) == ({200}, fails)
    shares = shares_of(bad, told_of_invocations(running, cursor)["records"], told_of_the_shift(running)[told:])
    assert shares and all(abs(taken - of * share) <= 1 for taken, of, share in shares), shares
    stack = account.client("cloudformation").describe_stacks(StackName="mailroom-prod-inference")["Stacks"][0]
    assert stack["StackStatus"] in ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE")
    after = Crm(running)
    after.classify()
    assert (after.statuses, after.results) == ({200: 1}, {"ok": len(MAILS)})
