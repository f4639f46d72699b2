"""The alarms that turn a new model back."""

from aws_cdk import aws_cloudwatch
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.content_metrics import ANSWERED, MODEL
from stacks.constructs.delivery_metrics import VERSION, WITHDRAWALS
from stacks.constructs.model_alarm import ModelAlarm, answers_metric, failed_invocations, failed_mails, latency

RUNBOOK = "docs/first-account.md"
_PREFIX = "rollback-"


class RollbackAlarms(Construct):
    """Five alarms on the model that is being deployed, and on no other; SageMaker watches them while traffic moves.

    They are made anew, quiet, with each endpoint configuration: an alarm that is only changed keeps its state, and one
    that sounds over the live model would end the deployment of the one that takes its place.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    docs/decisions/0012-what-turns-a-model-back.md

    ``endpoint_config``: its name. ``package``: the approved package's ARN. ``model_version``: what its answers name
    themselves. ``compared_version``: the same, or none where its labels are not to be compared with the live model's.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        endpoint_config: str,
        package: str,
        model_version: str,
        compared_version: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._suffix = endpoint_config
        observability = config.observability
        # https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
        fleet = {"EndpointConfigName": endpoint_config}
        self.all: list[aws_cloudwatch.Alarm] = [
            self._alarm(
                "ModelErrors",
                "model-errors",
                failed_invocations(config, fleet),
                observability.error_share,
                "The new model fails",
            ),
            self._alarm(
                "ModelLatency",
                "model-latency",
                latency(config, fleet),
                # The metric is in microseconds.
                observability.model_latency_ms * 1000,
                "The new model is slow",
            ),
            self._alarm(
                "ItemErrors",
                "item-errors",
                failed_mails(config, mails=ANSWERED["mails"], errors=ANSWERED["errors"], of={MODEL: model_version}),
                observability.item_error_share,
                "The new model answers, but fails on too many mails",
            ),
            self._alarm(
                "LabelMix",
                "label-mix",
                # Not the maximum: what a model does shows in every execution of the function, an odd sample in one.
                answers_metric(config, ANSWERED["label_mix_jump"], "Average", {MODEL: compared_version}),
                observability.label_mix_jump,
                "The new model gives one label far more often than the live one does on the same mails",
            ),
            self._withdrawn(package),
        ]

    def _alarm(
        self, construct_id: str, name: str, metric: aws_cloudwatch.IMetric, threshold: float, what: str
    ) -> aws_cloudwatch.Alarm:
        return ModelAlarm(
            self,
            construct_id,
            name=self._named(name),
            metric=metric,
            threshold=threshold,
            description=f"{what}; the former one comes back by itself. {RUNBOOK}#{name}",
        )

    def _withdrawn(self, package: str) -> aws_cloudwatch.Alarm:
        return aws_cloudwatch.Alarm(
            self,
            "Withdrawn",
            alarm_name=self._named("withdrawn"),
            alarm_description="The new model was rejected while it took over; the former one comes back by itself. "
            f"{RUNBOOK}#withdrawn",
            metric=answers_metric(self._config, WITHDRAWALS, "Sum", {VERSION: package}),
            threshold=0,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            # One line is enough, and it sounds for longer than SageMaker takes between two looks.
            evaluation_periods=3,
            datapoints_to_alarm=1,
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _named(self, name: str) -> str:
        return f"{self._config.named(_PREFIX)}{name}-{self._suffix}"


def rollback_alarm_arns(config: EnvironmentConfig) -> str:
    """Every alarm of this kind: their names end with the configuration's, which CloudFormation gives."""
    return f"arn:aws:cloudwatch:{config.region}:{config.account}:alarm:{config.named(_PREFIX)}*"
