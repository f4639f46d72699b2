"""Alarms on the way from an export to a serving model: schedule or Airflow, pipeline, deployment."""

from aws_cdk import Duration, aws_cloudwatch, aws_logs, aws_sqs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.alarm_topic import AlarmTopic
from stacks.constructs.log_metric import log_metric

_FIVE = Duration.minutes(5)


class DeliveryAlarms(Construct):
    """``pipeline-failed``, ``deploy-failed``, ``taxonomy-differs``, ``deploy-dead-letters``; ``schedule-dead-letters``
    or ``airflow-heartbeat``, whichever starts the pipeline."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        alarms: AlarmTopic,
        pipeline_name: str,
        deploy_log: aws_logs.ILogGroup,
        deploy_dead_letters: aws_sqs.IQueue,
        schedule_dead_letters: aws_sqs.IQueue | None,
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
        self._not_empty("DeployDeadLetters", "deploy-dead-letters", deploy_dead_letters, "events of the model registry")
        if schedule_dead_letters is not None:
            self._not_empty(
                "ScheduleDeadLetters", "schedule-dead-letters", schedule_dead_letters, "starts of the monthly training"
            )
        if config.orchestration.mwaa:
            self._heartbeat(config.own_name)

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
            # https://docs.aws.amazon.com/mwaa/latest/userguide/access-metrics-cw.html
            metric=aws_cloudwatch.Metric(
                namespace="AmazonMWAA",
                metric_name="SchedulerHeartbeat",
                dimensions_map={"Environment": environment_name, "Function": "Scheduler"},
                statistic="Sum",
                period=_FIVE,
            ),
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
