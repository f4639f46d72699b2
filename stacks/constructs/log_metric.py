"""A number counted from the lines of a log group."""

from aws_cdk import Duration, aws_cloudwatch, aws_logs
from constructs import Construct


def log_metric(
    scope: Construct,
    construct_id: str,
    *,
    log_group: aws_logs.ILogGroup,
    pattern: aws_logs.IFilterPattern,
    namespace: str,
    name: str,
    period: Duration,
    value: str = "1",
) -> aws_cloudwatch.Metric:
    """The sum, per ``period``, of ``value`` (a constant, or a field such as ``$.rows``) over the matching lines."""
    aws_logs.MetricFilter(
        scope,
        construct_id,
        log_group=log_group,
        filter_name=name,
        filter_pattern=pattern,
        metric_namespace=namespace,
        metric_name=name,
        metric_value=value,
        default_value=0,
    )
    return aws_cloudwatch.Metric(namespace=namespace, metric_name=name, statistic="Sum", period=period)
