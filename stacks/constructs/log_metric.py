"""A number read from the JSON lines of a function's log."""

from collections.abc import Mapping

from aws_cdk import Duration, aws_cloudwatch, aws_logs
from constructs import Construct


def log_metric(
    scope: Construct,
    construct_id: str,
    *,
    log_group: aws_logs.ILogGroup,
    pattern: str,
    namespace: str,
    name: str,
    period: Duration,
    value: str = "1",
    statistic: str = "Sum",
    dimensions: Mapping[str, str] | None = None,
) -> aws_cloudwatch.Metric:
    """The ``statistic``, per ``period``, of ``value`` (a constant, or a field such as ``$.rows``) over the lines that
    match ``pattern``.

    ``dimensions``: name to field; each of the field's values is a metric of its own, and is paid for as one. The metric
    returned is the one without dimensions.
    """
    aws_logs.MetricFilter(
        scope,
        construct_id,
        log_group=log_group,
        filter_name=name,
        filter_pattern=aws_logs.FilterPattern.literal(pattern),
        metric_namespace=namespace,
        metric_name=name,
        metric_value=value,
        dimensions=None if dimensions is None else dict(dimensions),
    )
    return aws_cloudwatch.Metric(namespace=namespace, metric_name=name, statistic=statistic, period=period)
