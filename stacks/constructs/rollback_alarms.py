"""The alarms that turn a new model back."""

from aws_cdk import Duration, aws_cloudwatch
from constructs import Construct

from config.environment import EnvironmentConfig

VARIANT = "main"
"""Stable over all models: autoscaling and alarms go on when the endpoint's configuration is replaced."""


class RollbackAlarms(Construct):
    """``model_errors`` and ``model_latency`` of the endpoint; SageMaker watches them while traffic moves."""

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, construct_id)
        self._endpoint_name = config.own_name
        observability = config.observability
        # The serving toolkit answers every exception with a 400, so the model's errors are of both kinds; the relay
        # itself sends nothing that a sound model would refuse.
        errors = aws_cloudwatch.MathExpression(
            expression="(e4 + e5) / MAX([n, 1])",
            using_metrics={
                "e4": self.metric("Invocation4XXErrors", "Sum"),
                "e5": self.metric("Invocation5XXErrors", "Sum"),
                "n": self.metric("Invocations", "Sum"),
            },
            period=Duration.minutes(1),
            label="share of failed invocations",
        )
        self.model_errors = self._alarm(
            "ModelErrors",
            name=config.named("model-errors"),
            metric=errors,
            threshold=observability.error_share,
            description="The model fails; during a deployment the former model comes back by itself. "
            "docs/first-account.md#model-errors",
        )
        self.model_latency = self._alarm(
            "ModelLatency",
            name=config.named("model-latency"),
            metric=self.metric("ModelLatency", "p90"),
            # The metric is in microseconds.
            threshold=observability.model_latency_ms * 1000,
            description="The model is slow; during a deployment the former model comes back by itself. "
            "docs/first-account.md#model-latency",
        )

    @property
    def all(self) -> list[aws_cloudwatch.Alarm]:
        """All of them."""
        return [self.model_errors, self.model_latency]

    def metric(self, name: str, statistic: str) -> aws_cloudwatch.Metric:
        """A metric of the endpoint's one variant, by the minute."""
        return aws_cloudwatch.Metric(
            namespace="AWS/SageMaker",
            metric_name=name,
            statistic=statistic,
            period=Duration.minutes(1),
            dimensions_map={"EndpointName": self._endpoint_name, "VariantName": VARIANT},
        )

    def _alarm(
        self, construct_id: str, *, name: str, metric: aws_cloudwatch.IMetric, threshold: float, description: str
    ) -> aws_cloudwatch.Alarm:
        return aws_cloudwatch.Alarm(
            self,
            construct_id,
            alarm_name=name,
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=3,
            datapoints_to_alarm=2,
            # Nights without mail are no failure.
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        )
