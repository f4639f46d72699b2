"""Alarms on the way from an export to a serving model: schedule or Airflow, pipeline, deployment."""

from aws_cdk import Duration, aws_cloudwatch, aws_logs, aws_sqs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.airflow_alarms import AirflowAlarms, airflow_metric
from stacks.constructs.alarm_topic import AlarmTopic
from stacks.constructs.delivery_metrics import VERSION, WITHDRAWALS
from stacks.constructs.log_metric import log_metric

_FIVE = Duration.minutes(5)


class DeliveryAlarms(Construct):
    """``pipeline-failed``, ``deploy-failed``, ``taxonomy-differs``, ``deploy-dead-letters``; ``run-not-recorded`` where
    there is a ``tracking_log``; ``schedule-dead-letters``, or ``airflow-heartbeat`` and
    those of ``AirflowAlarms``, whichever starts the pipeline.

    ``airflow_task_log``: the log group of Airflow's tasks, None where there is no Airflow.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        alarms: AlarmTopic,
        pipeline_name: str,
        tracking_log: aws_logs.ILogGroup | None,
        deploy_log: aws_logs.ILogGroup,
        deploy_dead_letters: aws_sqs.IQueue,
        schedule_dead_letters: aws_sqs.IQueue | None,
        airflow_task_log: aws_logs.ILogGroup | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._alarms = alarms
        alarms.alarm(
            self,
            "PipelineFailed",
            name="pipeline-failed",
            description="A run of the pipeline failed, or the gate refused its model.",
            metric=pipeline_metric(pipeline_name, "ExecutionFailed"),
            threshold=0,
        )
        if tracking_log is not None:
            self._unrecorded(tracking_log, config.own_name)
        alarms.alarm(
            self,
            "DeployFailed",
            name="deploy-failed",
            description="An approved model was refused, or was turned back while traffic moved to it.",
            metric=log_metric(
                self,
                "DeployErrors",
                log_group=deploy_log,
                # The function answers for each message by itself: a failure is a line, not an error of the function.
                pattern='{ $.level = "error" }',
                namespace=config.own_name,
                name="DeployErrors",
                period=_FIVE,
            ),
            threshold=0,
        )
        alarms.alarm(
            self,
            "TaxonomyDiffers",
            name="taxonomy-differs",
            description="A model went live that was trained under another version of the taxonomy: train anew.",
            metric=log_metric(
                self,
                "DeployedTaxonomies",
                log_group=deploy_log,
                pattern='{ $.event = "taxonomy_differs" }',
                namespace=config.own_name,
                name="TaxonomyDiffers",
                period=_FIVE,
            ),
            threshold=0,
        )
        # On this one is an alarm of the endpoint's own stack, which turns the deployment back.
        log_metric(
            self,
            "Withdrawals",
            log_group=deploy_log,
            pattern='{ $.event = "withdrawn" }',
            namespace=config.own_name,
            name=WITHDRAWALS,
            period=_FIVE,
            dimensions={VERSION: "$.version"},
        )
        self._not_empty("DeployDeadLetters", "deploy-dead-letters", deploy_dead_letters, "events of the model registry")
        if schedule_dead_letters is not None:
            self._not_empty(
                "ScheduleDeadLetters", "schedule-dead-letters", schedule_dead_letters, "starts of the monthly training"
            )
        if airflow_task_log is not None:
            self._heartbeat(config.own_name)
            AirflowAlarms(self, "Airflow", config=config, alarms=alarms, task_log=airflow_task_log)

    def _unrecorded(self, tracking_log: aws_logs.ILogGroup, name: str) -> None:
        self._alarms.alarm(
            self,
            "RunNotRecorded",
            name="run-not-recorded",
            description="A run of the pipeline is not in MLflow, or not whole; its model was not held back.",
            metric=log_metric(
                self,
                "UnrecordedRuns",
                log_group=tracking_log,
                # All processing jobs of the account write there: the line (model/track/step.py) says whose run it is.
                pattern=f'{{ ($.event = "run_not_recorded") && ($.experiment = "{name}") }}',
                namespace=name,
                name="UnrecordedRuns",
                period=_FIVE,
            ),
            threshold=0,
        )

    def _not_empty(self, construct_id: str, name: str, queue: aws_sqs.IQueue, what: str) -> None:
        self._alarms.alarm(
            self,
            construct_id,
            name=name,
            description=f"Given up on: {what}.",
            metric=queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=_FIVE),
            threshold=0,
        )

    def _heartbeat(self, environment_name: str) -> None:
        self._alarms.alarm(
            self,
            "AirflowHeartbeat",
            name="airflow-heartbeat",
            description="Airflow's scheduler is silent.",
            metric=airflow_metric(environment_name, "SchedulerHeartbeat", "Sum", Function="Scheduler"),
            threshold=1,
            periods=3,
            operator=aws_cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            # It beats day and night: silence is the fault itself.
            missing=aws_cloudwatch.TreatMissingData.BREACHING,
        )


def pipeline_metric(pipeline_name: str, name: str) -> aws_cloudwatch.Metric:
    """How many runs started, succeeded or failed.

    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-pipelines
    """
    return aws_cloudwatch.Metric(
        namespace="AWS/Sagemaker/ModelBuildingPipeline",
        metric_name=name,
        dimensions_map={"PipelineName": pipeline_name},
        statistic="Sum",
        period=_FIVE,
    )
