"""What the templates ask of CloudWatch is understood here, all of it that can be measured here."""

from typing import Any

import pytest

from local.alarms.alarm import metrics_of, read_alarm
from local.alarms.filter_pattern import parse_pattern
from local.alarms.invocation_metrics import InvocationMetrics
from tests.support.templates import Assembly

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ELSEWHERE = {"ExportLate": "AirflowTaskLogs"}
"""Metrics of other logs than the functions', by what names the log group."""

MEASURED = {"model-errors", "model-latency", "item-errors", "label-mix"}


def described(alarm: dict[str, Any]) -> dict[str, Any]:
    """As DescribeAlarms would answer: a name in the place of each reference."""
    return {**_named(alarm), "StateValue": "INSUFFICIENT_DATA"}


def _named(value: Any) -> Any:
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(_named(part) for part in parts)
        case {"Ref": name} | {"Fn::GetAtt": [_, name]}:
            return f"the-{name}"
        case dict():
            return {key: _named(inner) for key, inner in value.items()}
        case list():
            return [_named(inner) for inner in value]
    return value


@BOTH
def test_every_metric_filter_of_what_runs_here_can_be_followed(assembly: Assembly, environment: str):
    filters = assembly[environment, "observability"].of_type("AWS::Logs::MetricFilter").values()
    followed = [one["Properties"] for one in filters if _metric(one) not in ELSEWHERE]
    assert len(followed) > 10
    for one in followed:
        parse_pattern(one["FilterPattern"])


@BOTH
def test_what_is_not_followed_is_looked_for_in_logs_of_what_does_not_run_here(assembly: Assembly, environment: str):
    for one in assembly[environment, "observability"].of_type("AWS::Logs::MetricFilter").values():
        if _metric(one) in ELSEWHERE:
            assert ELSEWHERE[_metric(one)] in one["Properties"]["LogGroupName"]["Fn::ImportValue"]


def _metric(metric_filter: dict[str, Any]) -> str:
    return metric_filter["Properties"]["MetricTransformations"][0]["MetricName"]


@BOTH
def test_every_alarm_that_turns_a_model_back_is_measured_and_evaluated_here(assembly: Assembly, environment: str):
    alarms = assembly[environment, "inference"].of_type("AWS::CloudWatch::Alarm").values()
    made = {
        (
            one["Properties"]["MetricTransformations"][0]["MetricNamespace"],
            one["Properties"]["MetricTransformations"][0]["MetricName"],
            *(each["Key"] for each in one["Properties"]["MetricTransformations"][0].get("Dimensions", ())),
        )
        for one in assembly[environment, "observability"].of_type("AWS::Logs::MetricFilter").values()
    }
    endpoint = InvocationMetrics("http://localhost", name=f"mailroom-{environment}")
    found = set()
    for alarm in alarms:
        properties = described(alarm["Properties"])
        for metric in metrics_of(properties):
            named = (metric.namespace, metric.name, *sorted(name for name, _ in metric.dimensions))
            assert endpoint.has(metric) or named in made, named
        read = read_alarm(properties)
        found.add((read.name.split("-", 2)[2], read.period, read.datapoints_to_alarm, read.evaluation_periods))
    assert found == {
        *((name, 60.0, 2, 3) for name in MEASURED),
        *((f"rollback-{name}-the-EndpointConfigName", 60.0, 2, 3) for name in MEASURED),
        ("rollback-withdrawn-the-EndpointConfigName", 60.0, 1, 3),
    }
