"""Alarms and metric filters that are put again: moto calls every new alarm OK, forgets its state when it is changed,
and keeps a metric filter twice.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
"""

from typing import Any

from moto.cloudwatch.models import Alarm, CloudWatchBackend
from moto.logs.metric_filters import MetricFilters

_STATE = ("history", "state_reason", "state_reason_data", "state_value", "state_updated_timestamp")

_put_alarm = CloudWatchBackend.put_metric_alarm
_add_filter = MetricFilters.add_filter


def install() -> None:
    """Begin alarms without data, and replace what is put again."""
    CloudWatchBackend.put_metric_alarm = _put_and_keep_state
    MetricFilters.add_filter = _replace_filter


def _put_and_keep_state(backend: CloudWatchBackend, **given: Any) -> Alarm:
    former = backend.alarms.get(given["name"])
    alarm = _put_alarm(backend, **given)
    if former is None:
        alarm.state_value = "INSUFFICIENT_DATA"
    else:
        for name in _STATE:
            setattr(alarm, name, getattr(former, name))
    return alarm


def _replace_filter(
    filters: MetricFilters,
    filter_name: str,
    filter_pattern: str,
    log_group_name: str,
    metric_transformations: Any,
) -> None:
    filters.delete_filter(filter_name, log_group_name)
    _add_filter(filters, filter_name, filter_pattern, log_group_name, metric_transformations)
