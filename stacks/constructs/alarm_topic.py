"""Where alarms go, and what they have in common."""

from aws_cdk import Stack, aws_cloudwatch, aws_cloudwatch_actions, aws_iam, aws_kms, aws_sns, aws_sns_subscriptions
from constructs import Construct

from config.environment import EnvironmentConfig

RUNBOOK = "docs/first-account.md"
MISSING_IS_FINE = aws_cloudwatch.TreatMissingData.NOT_BREACHING
ABOVE = aws_cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD


class AlarmTopic(aws_sns.Topic):
    """The topic ``mailroom-ENV-alarms``, encrypted, TLS only, which ``config.observability.email`` gets.

    ``alarm`` makes the alarms: named ``mailroom-ENV-NAME``, with a sentence and the line of the runbook.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig, key: aws_kms.IKey) -> None:
        super().__init__(
            scope,
            construct_id,
            topic_name=config.named("alarms"),
            display_name=f"Mailroom {config.name}",
            master_key=key,
            enforce_ssl=True,
        )
        self._config = config
        account = Stack.of(self).account
        self.add_to_resource_policy(
            aws_iam.PolicyStatement(
                sid="Alarms",
                principals=[aws_iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic_arn],
                conditions={
                    # Every alarm of this environment.
                    "ArnLike": {
                        "aws:SourceArn": f"arn:aws:cloudwatch:{config.region}:{account}:alarm:{config.named('*')}"
                    },
                    "StringEquals": {"aws:SourceAccount": account},
                },
            )
        )
        self.add_subscription(aws_sns_subscriptions.EmailSubscription(config.observability.email))

    def alarm(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        metric: aws_cloudwatch.IMetric,
        threshold: float,
        periods: int = 1,
        breaching: int | None = None,
        operator: aws_cloudwatch.ComparisonOperator = ABOVE,
        missing: aws_cloudwatch.TreatMissingData = MISSING_IS_FINE,
    ) -> aws_cloudwatch.Alarm:
        """An alarm that tells the topic when it goes off and when it is over.

        It goes off when ``breaching`` (all, where None) of the last ``periods`` are beyond ``threshold``. ``missing``:
        what a period without a measurement counts as.
        """
        alarm = aws_cloudwatch.Alarm(
            scope,
            construct_id,
            alarm_name=self._config.named(name),
            alarm_description=described(description, name),
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            datapoints_to_alarm=breaching if breaching is not None else periods,
            comparison_operator=operator,
            treat_missing_data=missing,
        )
        self.tell(alarm)
        return alarm

    def composite(
        self, scope: Construct, construct_id: str, *, name: str, description: str, rule: aws_cloudwatch.IAlarmRule
    ) -> aws_cloudwatch.CompositeAlarm:
        """An alarm over other alarms."""
        alarm = aws_cloudwatch.CompositeAlarm(
            scope,
            construct_id,
            composite_alarm_name=self._config.named(name),
            alarm_description=described(description, name),
            alarm_rule=rule,
        )
        self.tell(alarm)
        return alarm

    def tell(self, alarm: aws_cloudwatch.AlarmBase) -> None:
        """Send the alarm's beginning and end to the topic."""
        action = aws_cloudwatch_actions.SnsAction(self)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)


def described(sentence: str, name: str) -> str:
    """The sentence with the place of the alarm's line in the runbook."""
    return f"{sentence} {RUNBOOK}#{name}"
