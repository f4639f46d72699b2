"""What a person looks at, is woken by, and pays."""

from functools import partial

from aws_cdk import Duration, aws_cloudwatch, aws_lambda
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.api import ApiStack
from stacks.base import MailroomStack
from stacks.constructs.alarm_topic import AlarmTopic
from stacks.constructs.api_alarms import ApiAlarms
from stacks.constructs.content_alarms import ContentAlarms
from stacks.constructs.content_metrics import ContentMetrics
from stacks.constructs.dashboard import Dashboard, cost
from stacks.constructs.delivery_alarms import DeliveryAlarms, pipeline_metric
from stacks.constructs.endpoint_alarms import EndpointAlarms, instance_metric
from stacks.constructs.function_alarms import FunctionAlarms
from stacks.constructs.model_alarm import invocation_metric
from stacks.constructs.monthly_budget import MonthlyBudget
from stacks.data import DataStack
from stacks.inference import InferenceStack
from stacks.orchestration import OrchestrationStack
from stacks.training import TrainingStack

_FIVE = Duration.minutes(5)


class ObservabilityStack(MailroomStack):
    """``alarms`` is the topic that every alarm tells."""

    def __init__(
        self,
        scope: Construct,
        part: str,
        *,
        config: EnvironmentConfig,
        data: DataStack,
        training: TrainingStack,
        inference: InferenceStack,
        api: ApiStack,
        orchestration: OrchestrationStack,
    ) -> None:
        super().__init__(scope, part, config=config)
        self.alarms = AlarmTopic(self, "AlarmTopic", config=config, key=data.logs_key)
        self._api, self._inference, self._training = api, inference, training
        self._content = ContentMetrics(
            self,
            "Content",
            config=config,
            classify_log=api.classify_function.function_log_group,
            feedback_log=api.feedback_function.function_log_group,
        )
        ContentAlarms(
            self, "ContentAlarms", config=config, alarms=self.alarms, content=self._content, ledger=data.ledger
        )
        self._api_alarms = ApiAlarms(
            self,
            "ApiAlarms",
            config=config,
            alarms=self.alarms,
            api=api.rest_api,
            web_acl_metric=api.firewall.name,
        )
        self._functions: dict[str, aws_lambda.IFunction] = {
            "classify": api.classify_function,
            "feedback": api.feedback_function,
            "deploy": inference.deploy_function,
        }
        slow_after = {
            # From here on mails come back as timed out.
            "classify": Duration.millis(round(1000 * config.api.deadline_seconds)),
            "feedback": Duration.millis(round(1000 * config.api.deadline_seconds)),
            "deploy": Duration.seconds(45),
        }
        for name, function in self._functions.items():
            FunctionAlarms(
                self,
                f"{name.capitalize()}Alarms",
                name=name,
                alarms=self.alarms,
                function=function,
                slow_after=slow_after[name],
            )
        EndpointAlarms(
            self,
            "EndpointAlarms",
            config=config,
            alarms=self.alarms,
            model_alarms=inference.model_alarms.all,
        )
        DeliveryAlarms(
            self,
            "DeliveryAlarms",
            config=config,
            alarms=self.alarms,
            pipeline_name=training.pipeline_name,
            tracking_log=training.tracking_log,
            deploy_log=inference.deploy_function.function_log_group,
            deploy_dead_letters=inference.dead_letter_queue,
            schedule_dead_letters=orchestration.dead_letters,
            airflow_task_log=orchestration.airflow.task_log if orchestration.airflow else None,
        )
        MonthlyBudget(self, "Budget", config=config)
        self._dashboard()

    def _dashboard(self) -> None:
        api, content, model = self._api.rest_api, self._content, partial(invocation_metric, self.config)
        alarms = [child for child in self.node.find_all() if isinstance(child, aws_cloudwatch.AlarmBase)]
        board = Dashboard(
            self,
            "Dashboard",
            name=self.config.own_name,
            alarms=[*self._inference.model_alarms.all, *alarms],
        )
        board.row(
            {
                "Traffic (requests)": [api.metric_count(statistic="Sum", period=_FIVE)],
                "Errors (requests)": [
                    api.metric_client_error(statistic="Sum", period=_FIVE),
                    api.metric_server_error(statistic="Sum", period=_FIVE),
                    self._api_alarms.blocked,
                ],
                "Latency (ms)": [
                    api.metric_latency(statistic=statistic, period=_FIVE) for statistic in ("p50", "p95", "p99")
                ],
            }
        )
        board.row(
            {
                "Decisions (mails)": list(content.decisions.values()),
                "Confidence (mean)": list(content.confidences.values()),
                "Label mix (mails an hour)": [content.label_mix],
            },
            stacked=["Decisions (mails)", "Label mix (mails an hour)"],
        )
        board.row(
            {
                "Model (invocations)": [
                    model(name, "Sum") for name in ("Invocations", "Invocation4XXErrors", "Invocation5XXErrors")
                ],
                "Model latency (µs)": [model("ModelLatency", statistic) for statistic in ("p50", "p90")],
                **self._instances(),
            }
        )
        board.row(
            {
                "Functions: errors and throttles": [
                    metric
                    for function in self._functions.values()
                    for metric in (
                        function.metric_errors(statistic="Sum", period=_FIVE),
                        function.metric_throttles(statistic="Sum", period=_FIVE),
                    )
                ],
                "Ledger (rows not written)": list(content.unwritten.values()),
                "Pipeline (runs)": [
                    pipeline_metric(self._training.pipeline_name, name)
                    for name in ("ExecutionStarted", "ExecutionSucceeded", "ExecutionFailed")
                ],
                "Cost (USD)": [cost()],
            }
        )

    def _instances(self) -> dict[str, list[aws_cloudwatch.IMetric]]:
        if self.config.inference.real_time is None:
            # What sleeps has no instance to look at.
            return {}
        names = ("CPUUtilization", "MemoryUtilization", "DiskUtilization")
        return {"Instances (percent)": [instance_metric(self.config, name) for name in names]}
