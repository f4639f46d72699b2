"""An emulated account with alarms as the templates declare them, and an endpoint that tells of its invocations."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from local.accounts import emulator
from local.accounts.credentials import Credentials, assume
from local.endpoint.model_server.http_server import HttpRequest, HttpResponse, LoopbackServer

NAMESPACE = "mailroom-dev"
_ACCOUNTS = count(111_122_223_333)
ENDPOINT = [{"Name": "EndpointName", "Value": "mailroom-dev"}, {"Name": "VariantName", "Value": "main"}]


@dataclass
class Invocations:
    """What hosting's ``/dev/invocation-log`` answers."""

    records: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def add(
        self, at: float, *, status: int = 200, seconds: float = 0.1, config: str = "config-1", times: int = 1
    ) -> None:
        place = {"config": config, "variant": "main", "model_package": None}
        self.records += [{"at": at, "status": status, "seconds": seconds, **place}] * times

    def answer(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request.target)
        after = int(request.target.partition("after=")[2])
        body = json.dumps({"cursor": len(self.records), "records": self.records[after:]})
        return HttpResponse(status=200, headers={"Content-Type": "application/json"}, body=body.encode())


@pytest.fixture
def invocations() -> Iterator[Invocations]:
    told = Invocations()
    server = LoopbackServer(0, told.answer, max_bytes=1 << 20, too_large=lambda: HttpResponse(status=413))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    told.url = f"{server.url}/dev"
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = tmp_path_factory.mktemp("run") / "accounts.json"
    try:
        yield emulator.start(state)
    finally:
        emulator.stop(state)


@pytest.fixture
def account(emulated: str) -> Credentials:
    """An account of each test's own."""
    made = assume(emulated, account=str(next(_ACCOUNTS)), region="eu-central-1")
    logs, cloudwatch = made.client("logs"), made.client("cloudwatch")
    logs.create_log_group(logGroupName="/aws/lambda/mailroom-dev-classify")
    for name, field_name in (("RelayedMails", "relayed"), ("RelayedErrors", "relayed_errors")):
        logs.put_metric_filter(
            logGroupName="/aws/lambda/mailroom-dev-classify",
            filterName=name,
            filterPattern=f'{{ ($.event = "request") && ($.{field_name} >= 0) }}',
            metricTransformations=[
                {"metricNamespace": NAMESPACE, "metricName": name, "metricValue": f"$.{field_name}"}
            ],
        )
    cloudwatch.put_metric_alarm(
        AlarmName="mailroom-dev-item-errors",
        Metrics=[
            {"Id": "share", "Expression": "IF(mails >= 20, errors / mails, 0)", "ReturnData": True},
            query("mails", "RelayedMails"),
            query("errors", "RelayedErrors"),
        ],
        **common(0.1),
    )
    cloudwatch.put_metric_alarm(
        AlarmName="mailroom-dev-model-latency",
        Namespace="AWS/SageMaker",
        MetricName="ModelLatency",
        Dimensions=ENDPOINT,
        ExtendedStatistic="p90",
        Period=60,
        **common(4_000_000),
    )
    cloudwatch.put_metric_alarm(
        AlarmName="mailroom-dev-classify-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        **common(0),
    )
    return made


def common(threshold: float) -> dict[str, Any]:
    return {
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }


def query(id: str, name: str) -> dict[str, Any]:
    stat = {"Metric": {"Namespace": NAMESPACE, "MetricName": name}, "Period": 60, "Stat": "Sum"}
    return {"Id": id, "MetricStat": stat, "ReturnData": False}


@dataclass(frozen=True)
class FunctionLog:
    """The log of the account's classify function in the run folder."""

    folder: Path

    def request(self, at: float, *, mails: int, errors: int = 0) -> None:
        line = {
            "time": datetime.fromtimestamp(at, UTC).isoformat(),
            "event": "request",
            "relayed": mails,
            "relayed_errors": errors,
        }
        with (self.folder / "mailroom-dev-classify.log").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")


@pytest.fixture
def log(tmp_path: Path) -> FunctionLog:
    return FunctionLog(tmp_path)


def states(account: Credentials) -> dict[str, str]:
    alarms = account.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["AlarmName"].removeprefix("mailroom-dev-"): alarm["StateValue"] for alarm in alarms}
