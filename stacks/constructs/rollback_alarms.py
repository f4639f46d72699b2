"""The alarms that turn a new model back."""

from aws_cdk import Duration, aws_cloudwatch
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.content_metrics import RELAYED

VARIANT = "main"
"""Stable over all models: autoscaling and alarms go on when the endpoint's configuration is replaced."""

# Below this many mails a minute a share says little.
_ENOUGH_MAILS = 20
_MINUTE = Duration.minutes(1)


class RollbackAlarms(Construct):
    """``model_errors`` and ``model_latency`` of the endpoint, ``item_errors`` and ``label_mix`` of its answers.

    SageMaker watches them while traffic moves. The answers' metrics are read from the log of lambda/classify, by
    filters of a later stack: an alarm names a metric, which need not be there yet.
    docs/decisions/0012-what-turns-a-model-back.md
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, construct_id)
        self._endpoint_name = self._namespace = config.own_name
        observability = config.observability
        # The serving toolkit answers every exception with a 400, so the model's errors are of both kinds; the relay
        # itself sends nothing that a sound model would refuse.
        errors = aws_cloudwatch.MathExpression(
            expression="IF(n > 0, (e4 + e5) / n, 0)",
            using_metrics={
                "e4": self.metric("Invocation4XXErrors", "Sum"),
                "e5": self.metric("Invocation5XXErrors", "Sum"),
                "n": self.metric("Invocations", "Sum"),
            },
            period=_MINUTE,
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
        self.item_errors = self._alarm(
            "ItemErrors",
            name=config.named("item-errors"),
            metric=aws_cloudwatch.MathExpression(
                expression=f"IF(mails >= {_ENOUGH_MAILS}, errors / mails, 0)",
                using_metrics={
                    "errors": self._answers("relayed_errors", "Sum"),
                    "mails": self._answers("relayed", "Sum"),
                },
                period=_MINUTE,
                label="share of mails without an answer of the model's",
            ),
            threshold=observability.item_error_share,
            description="The model answers, but fails on too many mails; during a deployment the former model comes "
            "back by itself. docs/first-account.md#item-errors",
        )
        self.label_mix = self._alarm(
            "LabelMix",
            name=config.named("label-mix"),
            # Not the maximum: what a model does shows in every execution of the function, an odd sample in one.
            metric=self._answers("label_mix_jump", "Average"),
            threshold=observability.label_mix_jump,
            description="The new model gives one label far more often than the former one did on the same mails; "
            "during a deployment the former model comes back by itself. docs/first-account.md#label-mix",
        )

    @property
    def all(self) -> list[aws_cloudwatch.Alarm]:
        """All of them."""
        return [self.model_errors, self.model_latency, self.item_errors, self.label_mix]

    def metric(self, name: str, statistic: str) -> aws_cloudwatch.Metric:
        """A metric of the endpoint's one variant, by the minute."""
        return aws_cloudwatch.Metric(
            namespace="AWS/SageMaker",
            metric_name=name,
            statistic=statistic,
            period=_MINUTE,
            dimensions_map={"EndpointName": self._endpoint_name, "VariantName": VARIANT},
        )

    def _answers(self, field: str, statistic: str) -> aws_cloudwatch.Metric:
        return aws_cloudwatch.Metric(
            namespace=self._namespace, metric_name=RELAYED[field], statistic=statistic, period=_MINUTE
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
