"""The alarms on whatever the endpoint serves, for people."""

from aws_cdk import aws_cloudwatch
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.content_metrics import RELAYED
from stacks.constructs.model_alarm import ModelAlarm, answers_metric, failed_invocations, failed_mails, latency

RUNBOOK = "docs/first-account.md"


class ModelAlarms(Construct):
    """``model-errors`` and ``model-latency`` of the endpoint, ``item-errors`` and ``label-mix`` of its answers.

    During a deployment they see the old model and the new one together, so they turn nothing back: ``RollbackAlarms``
    do. docs/decisions/0012-what-turns-a-model-back.md
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, construct_id)
        observability = config.observability
        self.all: list[aws_cloudwatch.Alarm] = [
            ModelAlarm(
                self,
                "ModelErrors",
                name=config.named("model-errors"),
                metric=failed_invocations(config),
                threshold=observability.error_share,
                description=f"The model fails. {RUNBOOK}#model-errors",
            ),
            ModelAlarm(
                self,
                "ModelLatency",
                name=config.named("model-latency"),
                metric=latency(config),
                # The metric is in microseconds.
                threshold=observability.model_latency_ms * 1000,
                description=f"The model is slow. {RUNBOOK}#model-latency",
            ),
            ModelAlarm(
                self,
                "ItemErrors",
                name=config.named("item-errors"),
                metric=failed_mails(config, mails=RELAYED["relayed"], errors=RELAYED["relayed_errors"]),
                threshold=observability.item_error_share,
                description=f"The model answers, but fails on too many mails. {RUNBOOK}#item-errors",
            ),
            ModelAlarm(
                self,
                "LabelMix",
                name=config.named("label-mix"),
                # Not the maximum: what a model does shows in every execution of the function, an odd sample in one.
                metric=answers_metric(config, RELAYED["label_mix_jump"], "Average"),
                threshold=observability.label_mix_jump,
                description="One of the last two models gives one label far more often than the other did. "
                f"{RUNBOOK}#label-mix",
            ),
        ]
