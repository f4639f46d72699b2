"""Alarms on the model's endpoint."""

from collections.abc import Sequence

from aws_cdk import Duration, aws_cloudwatch
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.alarm_topic import AlarmTopic
from stacks.constructs.model_alarm import VARIANT

_FULL = 85  # percent


class EndpointAlarms(Construct):
    """``model`` over the alarms on whatever the endpoint serves; on instances ``model-memory`` and ``model-disk``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        alarms: AlarmTopic,
        model_alarms: Sequence[aws_cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, construct_id)
        # The alarms themselves belong to the endpoint's stack, which comes before the topic.
        alarms.composite(
            self,
            "Model",
            name="model",
            description="The model fails, is slow, or answers one thing for everything.",
            rule=aws_cloudwatch.AlarmRule.any_of(
                *(aws_cloudwatch.AlarmRule.from_alarm(alarm, aws_cloudwatch.AlarmState.ALARM) for alarm in model_alarms)
            ),
        )
        if config.inference.real_time is None:
            # What sleeps has no instance to fill.
            return
        for name, metric, what in (
            ("model-memory", "MemoryUtilization", "memory"),
            ("model-disk", "DiskUtilization", "disk"),
        ):
            alarms.alarm(
                self,
                metric,
                name=name,
                description=f"The endpoint's {what} is nearly full.",
                metric=instance_metric(config, metric),
                threshold=_FULL,
                periods=3,
            )


def instance_metric(config: EnvironmentConfig, name: str) -> aws_cloudwatch.Metric:
    """A metric of the endpoint's instances, in percent."""
    return aws_cloudwatch.Metric(
        namespace="/aws/sagemaker/Endpoints",
        metric_name=name,
        dimensions_map={"EndpointName": config.own_name, "VariantName": VARIANT},
        statistic="Maximum",
        period=Duration.minutes(5),
    )
