"""Alarms on a Lambda function."""

from aws_cdk import Duration, aws_lambda
from constructs import Construct

from stacks.constructs.alarm_topic import AlarmTopic


class FunctionAlarms(Construct):
    """``NAME-errors``, ``NAME-throttles`` and ``NAME-duration`` of the function NAME.

    ``slow_after``: from when on one call in a hundred is too slow.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        alarms: AlarmTopic,
        function: aws_lambda.IFunction,
        slow_after: Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        five = Duration.minutes(5)
        alarms.alarm(
            self,
            "Errors",
            name=f"{name}-errors",
            description=f"The function {name} ended with an error, or could not start.",
            metric=function.metric_errors(statistic="Sum", period=five),
            threshold=0,
        )
        alarms.alarm(
            self,
            "Throttles",
            name=f"{name}-throttles",
            description=f"More calls of {name} at once than it may have.",
            metric=function.metric_throttles(statistic="Sum", period=five),
            threshold=0,
            periods=2,
        )
        alarms.alarm(
            self,
            "Duration",
            name=f"{name}-duration",
            description=f"The function {name} comes close to its time limit.",
            metric=function.metric_duration(statistic="p99", period=five),
            threshold=slow_after.to_milliseconds(),
            periods=3,
            breaching=2,
        )
