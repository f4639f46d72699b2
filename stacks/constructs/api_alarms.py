"""Alarms on what callers of the API meet."""

from aws_cdk import Duration, aws_apigateway, aws_cloudwatch
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.alarm_topic import AlarmTopic

# Below this many requests in five minutes one failure is a large share.
_ENOUGH_REQUESTS = 10
_WORKING_HOURS = (7, 16)  # UTC; German summer and winter time both lie around them
_BLOCKED_SURGE = 500


class ApiAlarms(Construct):
    """Errors, latency, silence where mail is expected, and a surge of blocked requests.

    ``blocked`` is the firewall's count of what it refused.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        alarms: AlarmTopic,
        api: aws_apigateway.RestApi,
        web_acl_metric: str,
    ) -> None:
        super().__init__(scope, construct_id)
        five = Duration.minutes(5)
        share = aws_cloudwatch.MathExpression(
            expression=f"IF(n >= {_ENOUGH_REQUESTS}, errors / n, 0)",
            using_metrics={
                "errors": api.metric_server_error(statistic="Sum", period=five),
                "n": api.metric_count(statistic="Sum", period=five),
            },
            period=five,
            label="share of requests answered with 5XX",
        )
        alarms.alarm(
            self,
            "Errors",
            name="api-errors",
            description="Too many requests are answered with a 5XX.",
            metric=share,
            threshold=config.observability.error_share,
            periods=3,
            breaching=2,
        )
        alarms.alarm(
            self,
            "Latency",
            name="api-latency",
            description="One request in twenty takes longer than the CRM waits.",
            metric=api.metric_latency(statistic="p95", period=five),
            threshold=config.observability.api_latency_ms,
            periods=3,
            breaching=2,
        )
        self.blocked = aws_cloudwatch.Metric(
            namespace="AWS/WAFV2",
            metric_name="BlockedRequests",
            dimensions_map={"WebACL": web_acl_metric, "Region": config.region, "Rule": "ALL"},
            statistic="Sum",
            period=five,
        )
        alarms.alarm(
            self,
            "Blocked",
            name="firewall-blocks",
            description="The firewall blocks many requests: somebody tries, or a caller has changed.",
            metric=self.blocked,
            threshold=_BLOCKED_SURGE,
        )
        if config.observability.expect_mail:
            self._silence(alarms, api)

    def _silence(self, alarms: AlarmTopic, api: aws_apigateway.RestApi) -> None:
        begin, end = _WORKING_HOURS
        hour = Duration.hours(1)
        requests = aws_cloudwatch.MathExpression(
            # Outside working hours, and on days off, one that never was. Monday is day 1.
            expression=(f"IF(DAY(seen) <= 5 AND HOUR(seen) >= {begin} AND HOUR(seen) < {end}, seen, 1)"),
            using_metrics={
                "seen": aws_cloudwatch.MathExpression(
                    expression="FILL(n, 0)",
                    using_metrics={"n": api.metric_count(statistic="Sum", period=hour)},
                    period=hour,
                )
            },
            period=hour,
            label="requests in working hours",
        )
        alarms.alarm(
            self,
            "Silence",
            name="no-mail",
            description="Three working hours brought no request: the CRM does not reach the API.",
            metric=requests,
            threshold=1,
            periods=3,
            operator=aws_cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            missing=aws_cloudwatch.TreatMissingData.IGNORE,
        )
