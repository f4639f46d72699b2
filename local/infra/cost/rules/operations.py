"""Airflow, alarms, metrics and dashboards."""

from collections.abc import Iterator

from local.infra.assembly import Resource
from local.infra.cost.line import Line
from local.infra.cost.rules.context import Context, Rule, literal

_OWN_ENDPOINTS = 2  # database and web server, each in both subnets:
# https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-vpe-access.html
_WORKERS_INCLUDED = 1
_SCHEDULERS_INCLUDED = 2


def airflow(resource: Resource, context: Context) -> Iterator[Line]:
    """An MWAA environment, always on: its class with one worker and two schedulers, what is above these, its database,
    and the interface endpoints that it makes in the VPC."""
    properties = resource.properties
    size = literal(properties.get("EnvironmentClass", "mw1.small"), "EnvironmentClass")
    yield context.fixed(f"Airflow environment {size}", context.hours, f"mwaa-{size}")
    workers = literal(properties.get("MinWorkers", 1), "MinWorkers") - _WORKERS_INCLUDED
    if workers > 0:
        yield context.fixed(f"{workers} more Airflow workers", workers * context.hours, f"mwaa-worker-{size}")
    schedulers = literal(properties.get("Schedulers", _SCHEDULERS_INCLUDED), "Schedulers") - _SCHEDULERS_INCLUDED
    if schedulers > 0:
        # A scheduler costs what a worker of the same class costs.
        yield context.fixed(f"{schedulers} more Airflow schedulers", schedulers * context.hours, f"mwaa-worker-{size}")
    zones = len(properties.get("NetworkConfiguration", {}).get("SubnetIds", ()))
    yield context.fixed("endpoints of Airflow's own", _OWN_ENDPOINTS * zones * context.hours, "interface-endpoint")
    yield context.by_use("Airflow's database", context.table.assume("airflow_database_gb"), "mwaa-database")


def alarm(resource: Resource, context: Context) -> Iterator[Line]:
    """An alarm costs by the metrics it looks at."""
    metrics = [metric for metric in resource.properties.get("Metrics", ()) if "MetricStat" in metric]
    periods = [metric["MetricStat"]["Period"] for metric in metrics] or [resource.properties.get("Period", 60)]
    resolution = "alarm" if min(periods) >= 60 else "alarm-high-resolution"
    yield context.fixed("alarm metrics", len(periods), resolution)


def composite_alarm(_: Resource, context: Context) -> Iterator[Line]:
    """An alarm over alarms."""
    yield context.fixed("composite alarm", 1, "alarm-composite")


def dashboard(_: Resource, context: Context) -> Iterator[Line]:
    """A dashboard; the account's first three, of up to 50 metrics each, would be free and are counted all the same."""
    yield context.fixed("dashboard", 1, "dashboard")


def metric_filter(resource: Resource, context: Context) -> Iterator[Line]:
    """A metric made of log lines; each combination of its dimensions' values is a metric."""
    for transformation in resource.properties["MetricTransformations"]:
        series = context.table.assume("series_per_metric") if transformation.get("Dimensions") else 1
        yield context.by_use("metrics made of log lines", series, "custom-metric")


RULES: dict[str, Rule] = {
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::CloudWatch::CompositeAlarm": composite_alarm,
    "AWS::CloudWatch::Dashboard": dashboard,
    "AWS::Logs::MetricFilter": metric_filter,
    "AWS::MWAA::Environment": airflow,
}
