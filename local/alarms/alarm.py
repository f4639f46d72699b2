"""An alarm of the account, as CloudWatch describes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.accounts.credentials import Credentials
from local.alarms.errors import AlarmError
from local.alarms.metric_math.evaluation import Series, evaluate
from local.alarms.metric_math.parser import parse
from local.alarms.metric_math.tree import Expression, names
from local.alarms.samples import Metric, Samples, statistic_of

_ONE = "m1"


@dataclass(frozen=True, kw_only=True)
class MetricQuery:
    """A metric and what is made of a period of its values."""

    metric: Metric
    statistic: str


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """``metrics`` and ``expressions`` by id, ``returned`` is the one that is compared.

    ``period``: seconds of the account's time. ``state``: what the account calls it now.
    """

    name: str
    metrics: Mapping[str, MetricQuery]
    expressions: Mapping[str, Expression]
    returned: str
    period: float
    comparison: str
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int
    missing_data: str
    state: str

    def series(self, samples: Samples, *, length: float, periods: Sequence[int]) -> Series:
        """What is compared, over each of ``periods`` of ``length`` seconds of this machine's time."""
        known: dict[str, Series] = {
            id: samples.series(query.metric, query.statistic, length=length, periods=periods)
            for id, query in self.metrics.items()
        }
        waiting = dict(self.expressions)
        while waiting:
            ready = [id for id, expression in waiting.items() if names(expression) <= set(known)]
            if not ready:
                raise AlarmError(f"The metric math of the alarm {self.name} names an id that is not there.")
            for id in ready:
                value = evaluate(waiting.pop(id), known, periods)
                known[id] = dict.fromkeys(periods, value) if isinstance(value, float) else value
        return known[self.returned]


def described_alarms(account: Credentials) -> Sequence[Mapping[str, Any]]:
    """The account's metric alarms as DescribeAlarms answers them."""
    pages = account.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
    return [alarm for page in pages for alarm in page["MetricAlarms"]]


def metrics_of(described: Mapping[str, Any]) -> frozenset[Metric]:
    """The metrics that an alarm needs."""
    return frozenset(query.metric for query in _metric_queries(_queries(described)).values())


def read_alarm(described: Mapping[str, Any]) -> Alarm:
    """Read an alarm; raises AlarmError for one that cannot be evaluated here."""
    queries = _queries(described)
    metrics = _metric_queries(queries)
    periods = {query["MetricStat"]["Period"] for query in queries if "MetricStat" in query}
    returned = [query["Id"] for query in queries if query.get("ReturnData", True)]
    try:
        if len(periods) != 1 or len(returned) != 1:
            raise AlarmError("its metrics must have one period, and one of them be returned.")
        for query in metrics.values():
            statistic_of(query.statistic)
        return Alarm(
            name=described["AlarmName"],
            metrics=metrics,
            expressions={query["Id"]: parse(query["Expression"]) for query in queries if query.get("Expression")},
            returned=returned[0],
            period=float(periods.pop()),
            comparison=described["ComparisonOperator"],
            threshold=float(described["Threshold"]),
            evaluation_periods=described["EvaluationPeriods"],
            datapoints_to_alarm=described.get("DatapointsToAlarm") or described["EvaluationPeriods"],
            missing_data=described.get("TreatMissingData") or "missing",
            state=described["StateValue"],
        )
    except AlarmError as error:
        raise AlarmError(f"The alarm {described['AlarmName']} cannot be evaluated: {error}") from None


def _queries(described: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """An alarm on one metric is written without queries; here it has one."""
    if described.get("Metrics"):
        queries: Sequence[Mapping[str, Any]] = described["Metrics"]
        return queries
    metric = {name: described[name] for name in ("Namespace", "MetricName", "Dimensions") if name in described}
    statistic = described.get("ExtendedStatistic") or described.get("Statistic")
    return [{"Id": _ONE, "MetricStat": {"Metric": metric, "Period": described["Period"], "Stat": statistic}}]


def _metric_queries(queries: Sequence[Mapping[str, Any]]) -> Mapping[str, MetricQuery]:
    return {
        query["Id"]: MetricQuery(
            metric=Metric(
                namespace=query["MetricStat"]["Metric"]["Namespace"],
                name=query["MetricStat"]["Metric"]["MetricName"],
                dimensions=frozenset(
                    (one["Name"], one["Value"]) for one in query["MetricStat"]["Metric"].get("Dimensions", ())
                ),
            ),
            statistic=query["MetricStat"]["Stat"],
        )
        for query in queries
        if "MetricStat" in query
    }
