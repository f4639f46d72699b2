"""Alarms and metric filters that are put once, and again."""

import pytest

from local.accounts.credentials import Credentials, assume

pytestmark = pytest.mark.slow

ALARM = {
    "AlarmName": "late",
    "Namespace": "letters",
    "MetricName": "Delay",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture(scope="module")
def account(emulated: str) -> Credentials:
    return assume(emulated, account="111122223333", region="eu-central-1")


def test_an_alarm_begins_without_data_and_keeps_its_state_when_it_is_changed(account: Credentials):
    client = account.client("cloudwatch")

    def alarm() -> tuple[str, str, float]:
        (found,) = client.describe_alarms(AlarmNames=["late"])["MetricAlarms"]
        return found["StateValue"], found["StateReason"], found["Threshold"]

    client.put_metric_alarm(**ALARM, Threshold=1)
    assert alarm() == ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", 1)
    client.set_alarm_state(AlarmName="late", StateValue="ALARM", StateReason="It is.")
    client.put_metric_alarm(**ALARM, Threshold=2)
    assert alarm() == ("ALARM", "It is.", 2)


def test_a_metric_filter_that_is_put_again_replaces_the_former_one(account: Credentials):
    client = account.client("logs")
    client.create_log_group(logGroupName="letters")
    for pattern in ("{ $.a = 1 }", "{ $.b = 1 }"):
        client.put_metric_filter(
            logGroupName="letters",
            filterName="delays",
            filterPattern=pattern,
            metricTransformations=[{"metricNamespace": "n", "metricName": "m", "metricValue": "1"}],
        )
    filters = client.describe_metric_filters(logGroupName="letters")["metricFilters"]
    assert [(one["filterName"], one["filterPattern"]) for one in filters] == [("delays", "{ $.b = 1 }")]
