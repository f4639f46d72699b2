"""Alarms on what becomes of the mails."""

from aws_cdk import Duration, aws_cloudwatch, aws_dynamodb
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.alarm_topic import AlarmTopic
from stacks.constructs.content_metrics import ContentMetrics

# Below this many mails an hour a share says little.
_ENOUGH_MAILS = 20


class ContentAlarms(Construct):
    """Low confidence, rows that the ledger did not take, and the table's own refusals."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        alarms: AlarmTopic,
        content: ContentMetrics,
        ledger: aws_dynamodb.ITable,
    ) -> None:
        super().__init__(scope, construct_id)
        hour = Duration.hours(1)
        share = aws_cloudwatch.MathExpression(
            expression=f"IF(mails >= {_ENOUGH_MAILS}, low / mails, 0)",
            using_metrics={
                "low": content.low_confidence.with_(period=hour),
                "mails": content.mails.with_(period=hour),
            },
            period=hour,
            label="share of mails below a threshold",
        )
        alarms.alarm(
            self,
            "LowConfidence",
            name="low-confidence",
            description="The model is unsure of too many mails: they have changed, or the model has.",
            metric=share,
            threshold=config.observability.low_confidence_share,
            periods=3,
            breaching=2,
        )
        for function, metric in content.unwritten.items():
            alarms.alarm(
                self,
                f"Unwritten{function.capitalize()}",
                name=f"{function}-ledger",
                description=f"The ledger did not take rows of {function}.",
                metric=metric,
                threshold=0,
            )
        alarms.alarm(
            self,
            "Throttled",
            name="ledger-throttled",
            description="DynamoDB refuses writes of the ledger for now.",
            metric=aws_cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name="WriteThrottleEvents",
                dimensions_map={"TableName": ledger.table_name},
                statistic="Sum",
                period=Duration.minutes(5),
            ),
            threshold=0,
            periods=3,
            breaching=2,
        )
