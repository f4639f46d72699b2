"""Alarms on what Airflow runs: its DAGs, and the export that the retraining waits for."""

from aws_cdk import Duration, aws_cloudwatch, aws_logs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.alarm_topic import AlarmTopic
from stacks.constructs.log_metric import log_metric

LATE_MARK = "MAILROOM_EXPORT_LATE"
"""What the DAG's line begins with while it waits for an export that is a day late."""

_FAILED = {
    "monthly_retrain": ("retrain-failed", "A monthly retraining ended without success."),
    "feedback_report": ("feedback-report-failed", "The month's report on feedback failed."),
}
_FIVE = Duration.minutes(5)
_HOUR = Duration.hours(1)


class AirflowAlarms(Construct):
    """``airflow-imports``, ``retrain-failed``, ``feedback-report-failed``, ``export-late``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        alarms: AlarmTopic,
        task_log: aws_logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        alarms.alarm(
            self,
            "Imports",
            name="airflow-imports",
            description="Airflow cannot load a DAG.",
            metric=airflow_metric(config.own_name, "ImportErrors", "Minimum", Function="DAG Processing"),
            threshold=0,
            # An upload brings one file after the other.
            periods=3,
        )
        for dag_id, (name, description) in _FAILED.items():
            alarms.alarm(
                self,
                name,
                name=name,
                description=description,
                # How long failed runs took: told once for each, when its last try has failed. The count of failed tasks
                # is told for each try, and by some releases of Airflow 3 not at all.
                # https://github.com/apache/airflow/issues/52254
                metric=airflow_metric(config.own_name, "DAGDurationFailed", "SampleCount", DAG=dag_id),
                threshold=0,
            )
        alarms.alarm(
            self,
            "ExportLate",
            name="export-late",
            description="The retraining waits for an export of the CRM that is a day late.",
            metric=log_metric(
                self,
                "LateExports",
                log_group=task_log,
                pattern=f'"{LATE_MARK}"',
                namespace=config.own_name,
                name="ExportLate",
                # Each look leaves a line, every fifteen minutes.
                period=_HOUR,
            ),
            threshold=0,
        )


def airflow_metric(environment_name: str, name: str, statistic: str, **dimensions: str) -> aws_cloudwatch.Metric:
    """A metric of Airflow's own, as MWAA publishes it.

    https://docs.aws.amazon.com/mwaa/latest/userguide/access-metrics-cw.html
    """
    return aws_cloudwatch.Metric(
        namespace="AmazonMWAA",
        metric_name=name,
        dimensions_map={"Environment": environment_name, **dimensions},
        statistic=statistic,
        period=_FIVE,
    )
