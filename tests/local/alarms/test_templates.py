"""What the templates ask of CloudWatch is understood here, all of it that can be measured here."""

from typing import Any

import pytest

from local.alarms.alarm import metrics_of, read_alarm
from local.alarms.filter_pattern import parse_pattern
from local.alarms.invocation_metrics import InvocationMetrics
from local.alarms.samples import Metric
from tests.support.templates import Assembly

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ROLLBACK = {"model-errors", "model-latency", "item-errors", "label-mix"}


def described(alarm: dict[str, Any]) -> dict[str, Any]:
    """As DescribeAlarms would answer."""
    return {**alarm, "StateValue": "INSUFFICIENT_DATA"}


@BOTH
def test_every_metric_filter_can_be_followed(assembly: Assembly, environment: str):
    filters = assembly[environment, "observability"].of_type("AWS::Logs::MetricFilter")
    assert len(filters) > 10
    for one in filters.values():
        parse_pattern(one["Properties"]["FilterPattern"])


@BOTH
def test_every_alarm_that_turns_a_model_back_is_measured_and_evaluated_here(assembly: Assembly, environment: str):
    alarms = assembly[environment, "inference"].of_type("AWS::CloudWatch::Alarm").values()
    made = {
        Metric(
            namespace=one["Properties"]["MetricTransformations"][0]["MetricNamespace"],
            name=one["Properties"]["MetricTransformations"][0]["MetricName"],
        )
        for one in assembly[environment, "observability"].of_type("AWS::Logs::MetricFilter").values()
    }
    endpoint = InvocationMetrics("http://localhost", name=f"mailroom-{environment}")
    found = set()
    for alarm in alarms:
        properties = described(alarm["Properties"])
        assert all(endpoint.has(metric) or metric in made for metric in metrics_of(properties))
        read = read_alarm(properties)
        found.add((read.name.split("-", 2)[2], read.period, read.datapoints_to_alarm, read.evaluation_periods))
    assert found == {(name, 60.0, 2, 3) for name in ROLLBACK}
