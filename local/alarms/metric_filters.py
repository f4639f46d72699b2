"""The account's metric filters: which log line is a value of which metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.accounts.credentials import Credentials
from local.alarms.errors import AlarmError
from local.alarms.filter_pattern import Pattern, field_path, parse_pattern, value_at
from local.alarms.samples import Metric, Sample


@dataclass(frozen=True, kw_only=True)
class MetricFilter:
    """``value``: a constant or the path of a field. ``dimensions``: name to the path of a field."""

    log_group: str
    pattern: Pattern
    namespace: str
    name: str
    value: float | tuple[str, ...]
    dimensions: Mapping[str, tuple[str, ...]]

    def measure(self, line: Mapping[str, Any], *, at: float) -> Sample | None:
        """What the line says of the metric; None if it says nothing."""
        if not self.pattern.matches(line):
            return None
        value = self.value if isinstance(self.value, float) else value_at(line, self.value)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        places = {name: value_at(line, path) for name, path in self.dimensions.items()}
        if None in places.values():
            # A value without one of its dimensions would be another metric.
            return None
        dimensions = frozenset((name, str(place)) for name, place in places.items())
        return Sample(metric=self.metric(dimensions), at=at, value=float(value))

    def metric(self, dimensions: frozenset[tuple[str, str]] = frozenset()) -> Metric:
        """The metric with these dimensions."""
        return Metric(namespace=self.namespace, name=self.name, dimensions=dimensions)


FUNCTION_LOGS = "/aws/lambda/"
"""Where the functions write; of other log groups, such as the trail's, nothing is written here."""


def metric_filters(account: Credentials) -> Sequence[MetricFilter]:
    """Those of an account over its functions' logs; raises AlarmError for one that cannot be followed."""
    pages = account.client("logs").get_paginator("describe_metric_filters").paginate()
    return [
        _read(described, transformation)
        for page in pages
        for described in page["metricFilters"]
        if described["logGroupName"].startswith(FUNCTION_LOGS)
        for transformation in described["metricTransformations"]
    ]


def _read(described: Mapping[str, Any], transformation: Mapping[str, Any]) -> MetricFilter:
    try:
        return MetricFilter(
            log_group=described["logGroupName"],
            pattern=parse_pattern(described["filterPattern"]),
            namespace=transformation["metricNamespace"],
            name=transformation["metricName"],
            value=_value(transformation["metricValue"]),
            dimensions={
                name: field_path(selector) for name, selector in (transformation.get("dimensions") or {}).items()
            },
        )
    except AlarmError as error:
        raise AlarmError(f"The metric filter {described['filterName']} cannot be followed: {error}") from None


def _value(text: str) -> float | tuple[str, ...]:
    try:
        return float(text)
    except ValueError:
        return field_path(text)
