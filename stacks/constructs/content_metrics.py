"""What the functions' log lines say of the mails, in numbers: decisions, confidence, labels, the ledger."""

from aws_cdk import Duration, aws_cloudwatch, aws_logs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.log_metric import log_metric

PERIOD = Duration.minutes(5)
DECISIONS = {"auto_route": "AutoRouted", "suggest": "Suggested", "human_review": "ForReview"}
"""Field of a ``request`` line to metric."""

LABEL_MIX = "Labelled"

RELAYED = {"relayed": "RelayedMails", "relayed_errors": "RelayedErrors", "label_mix_jump": "LabelMixJump"}
"""Field of a ``request`` line to metric, of the mails that were sent to the model, whichever answered."""

ANSWERED = {"mails": "AnsweredMails", "errors": "AnsweredErrors", "label_mix_jump": "ModelLabelMixJump"}
"""Field of an ``answered`` line to metric, of the mails that one model answered; the rollback alarms are on these."""

MODEL = "Model"
"""The dimension of those: the version that a model's answers name."""


class ContentMetrics(Construct):
    """Metrics in the namespace ``mailroom-ENV``, from lambda/classify's and lambda/feedback's lines.

    ``decisions`` and ``confidences`` (mean by request, of a task) by name; ``mails``, ``low_confidence`` and
    ``unwritten`` (ledger rows of either function). The label mix has a metric for each label of one task, what a model
    answered one for each model that serves.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        classify_log: aws_logs.ILogGroup,
        feedback_log: aws_logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        self._namespace = config.own_name
        self._classify_log = classify_log
        self.decisions = {field: self._field(name, field) for field, name in DECISIONS.items()}
        self.mails = self._field("Mails", "ok")
        self.failed_mails = self._field("FailedMails", "error")
        self.relayed = {field: self._field(name, field) for field, name in RELAYED.items()}
        self.low_confidence = self._field("LowConfidence", "low_confidence")
        self.confidences = {
            task: self._field(f"Confidence-{task}", f"confidence_{task}", statistic="Average")
            for task in config.training.tasks
        }
        for field, name in ANSWERED.items():
            self._by_model(name, field)
        self._label_mix(config.observability.label_mix_task)
        self.unwritten = {
            function: log_metric(
                self,
                f"Unwritten{function.capitalize()}",
                log_group=log_group,
                pattern='{ $.event = "ledger_failed" }',
                namespace=self._namespace,
                name=f"UnwrittenRows-{function}",
                value="$.rows",
                period=PERIOD,
            )
            for function, log_group in (("classify", classify_log), ("feedback", feedback_log))
        }

    @property
    def label_mix(self) -> aws_cloudwatch.MathExpression:
        """Mails per label: whichever labels there were."""
        return aws_cloudwatch.MathExpression(
            expression=f"SEARCH('{{{self._namespace},Label}} MetricName=\"{LABEL_MIX}\"', 'Sum', 3600)",
            using_metrics={},
            label="",
            period=Duration.hours(1),
        )

    def _field(self, name: str, field: str, *, statistic: str = "Sum") -> aws_cloudwatch.Metric:
        return log_metric(
            self,
            name,
            log_group=self._classify_log,
            # A line of another route has no such field.
            pattern=f'{{ ($.event = "request") && ($.{field} >= 0) }}',
            namespace=self._namespace,
            name=name,
            value=f"$.{field}",
            period=PERIOD,
            statistic=statistic,
        )

    def _by_model(self, name: str, field: str) -> None:
        log_metric(
            self,
            name,
            log_group=self._classify_log,
            # A model that is not compared with another has no jump.
            pattern=f'{{ ($.event = "answered") && ($.{field} >= 0) }}',
            namespace=self._namespace,
            name=name,
            value=f"$.{field}",
            period=PERIOD,
            dimensions={MODEL: "$.model_version"},
        )

    def _label_mix(self, task: str) -> None:
        log_metric(
            self,
            LABEL_MIX,
            log_group=self._classify_log,
            pattern=f'{{ ($.event = "labelled") && ($.task = "{task}") }}',
            namespace=self._namespace,
            name=LABEL_MIX,
            value="$.mails",
            period=PERIOD,
            dimensions={"Label": "$.label"},
        )
