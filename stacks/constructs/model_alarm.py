"""What tells that a model fails, is slow, breaks on mails or answers one label: the same four measures everywhere."""

from collections.abc import Mapping

from aws_cdk import Duration, aws_cloudwatch
from constructs import Construct

from config.environment import EnvironmentConfig

VARIANT = "main"
"""Stable over all models: autoscaling and alarms go on when the endpoint's configuration is replaced."""

# Below this many mails a minute a share says little.
_ENOUGH_MAILS = 20
_MINUTE = Duration.minutes(1)


class ModelAlarm(aws_cloudwatch.Alarm):
    """Goes off when two of the last three minutes are beyond ``threshold``. Nights without mail are no failure."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        metric: aws_cloudwatch.IMetric,
        threshold: float,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            alarm_name=name,
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=3,
            datapoints_to_alarm=2,
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def invocation_metric(
    config: EnvironmentConfig, name: str, statistic: str, more: Mapping[str, str] | None = None
) -> aws_cloudwatch.Metric:
    """A metric of the endpoint's one variant, by the minute; ``more`` dimensions narrow it."""
    return aws_cloudwatch.Metric(
        namespace="AWS/SageMaker",
        metric_name=name,
        statistic=statistic,
        period=_MINUTE,
        dimensions_map={"EndpointName": config.own_name, "VariantName": VARIANT, **(more or {})},
    )


def failed_invocations(
    config: EnvironmentConfig, more: Mapping[str, str] | None = None
) -> aws_cloudwatch.MathExpression:
    """The share of failed invocations.

    The serving toolkit answers every exception with a 400, so the model's errors are of both kinds; the relay itself
    sends nothing that a sound model would refuse.
    """
    return aws_cloudwatch.MathExpression(
        expression="IF(n > 0, (e4 + e5) / n, 0)",
        using_metrics={
            "e4": invocation_metric(config, "Invocation4XXErrors", "Sum", more),
            "e5": invocation_metric(config, "Invocation5XXErrors", "Sum", more),
            "n": invocation_metric(config, "Invocations", "Sum", more),
        },
        period=_MINUTE,
        label="share of failed invocations",
    )


def latency(config: EnvironmentConfig, more: Mapping[str, str] | None = None) -> aws_cloudwatch.Metric:
    """The 90th percentile, in microseconds."""
    return invocation_metric(config, "ModelLatency", "p90", more)


def failed_mails(
    config: EnvironmentConfig, *, mails: str, errors: str, of: Mapping[str, str] | None = None
) -> aws_cloudwatch.MathExpression:
    """The share of mails that came to nothing, where there are enough of them in a minute."""
    return aws_cloudwatch.MathExpression(
        expression=f"IF(mails >= {_ENOUGH_MAILS}, errors / mails, 0)",
        using_metrics={
            "errors": answers_metric(config, errors, "Sum", of),
            "mails": answers_metric(config, mails, "Sum", of),
        },
        period=_MINUTE,
        label="share of mails without an answer of the model's",
    )


def answers_metric(
    config: EnvironmentConfig, name: str, statistic: str, of: Mapping[str, str] | None = None
) -> aws_cloudwatch.Metric:
    """A metric by the minute that filters of a later stack read from a function's log: an alarm names a metric, which
    need not be there yet."""
    return aws_cloudwatch.Metric(
        namespace=config.own_name, metric_name=name, statistic=statistic, period=_MINUTE, dimensions_map=of
    )
