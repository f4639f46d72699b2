"""Every month: wait for the CRM's export, check it, train on it, say what came of it.

The pipeline's gate decides whether the new model is registered; a person (in dev: the gate) approves it. To retrain on
another month, trigger a run with the parameter `month`, such as `2026-03`. A run that failed in training is not cleared
but triggered anew: the same run would join its failed execution.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.configuration import conf
from airflow.exceptions import AirflowFailException
from airflow.sdk import Param, PokeReturnValue, dag, get_current_context, task

from mailroom.errors import MailroomError
from mailroom_retrain_helpers.month import chosen_month
from mailroom_retrain_helpers.settings import SECTION, RetrainSettings

MINUTE, HOUR, DAY = 60, 3600, 86_400


@contextmanager
def _final() -> Iterator[None]:
    """What is wrong for good fails at once, without retries, with its one sentence."""
    try:
        yield
    except MailroomError as error:
        raise AirflowFailException(str(error)) from None


def _settings() -> RetrainSettings:
    return RetrainSettings.read(conf.get)


@dag(
    dag_id="monthly_retrain",
    # The orchestration stack sets it; without it the DAG does not load, and Airflow says so.
    schedule=conf.get(SECTION, "schedule"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    # A month that was missed is triggered by a person.
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5), "owner": "mailroom"},
    params={"month": Param(None, type=["null", "string"], description="A month such as 2026-03; empty: the last one")},
    tags=["mailroom"],
    doc_md=__doc__,
)
def monthly_retrain() -> None:
    """The tasks and their order."""

    @task
    def month() -> str:
        """The month to train on."""
        context = get_current_context()
        # A run that a person triggers may have no data interval.
        moment = context.get("data_interval_end") or context["dag_run"].run_after
        with _final():
            return chosen_month(context["params"]["month"], moment)

    @task.sensor(poke_interval=15 * MINUTE, timeout=5 * DAY, mode="reschedule")
    def wait_for_export(month: str) -> PokeReturnValue:
        """The CRM has uploaded the export and its manifest."""
        with _final():
            return PokeReturnValue(is_done=_folder(month).arrived())

    @task
    def validate_export(month: str) -> dict[str, Any]:
        """Export and manifest agree, and the taxonomy knows every label."""
        with _final():
            folder = _folder(month)
            taxonomy = folder.taxonomy(Path(__file__).with_name("taxonomy.toml"))
            return asdict(folder.validate(taxonomy.restricted_to(_settings().tasks)))

    @task
    def start_pipeline(month: str) -> str:
        """Start the training once per run, however often this task is tried."""
        import boto3

        from mailroom_retrain_helpers.pipeline_run import request_token, start

        run = get_current_context()["dag_run"]
        return start(
            boto3.client("sagemaker"),
            pipeline_name=_settings().pipeline_name,
            month=month,
            token=request_token(run.dag_id, run.run_id),
        )

    @task.sensor(poke_interval=5 * MINUTE, timeout=24 * HOUR, mode="reschedule")
    def wait_for_pipeline(execution_arn: str) -> PokeReturnValue:
        """The execution has succeeded; failed and stopped fail this run."""
        import boto3

        from mailroom_retrain_helpers.pipeline_run import finished

        with _final():
            return PokeReturnValue(is_done=finished(boto3.client("sagemaker"), execution_arn))

    @task
    def report(month: str, export: dict[str, Any], execution_arn: str) -> str:
        """What came of it, in the log and as this task's result."""
        import boto3

        from mailroom_retrain_helpers.pipeline_run import steps_of
        from mailroom_retrain_helpers.report import report as written

        text = written(
            month=month,
            export=export,
            execution_arn=execution_arn,
            steps=steps_of(boto3.client("sagemaker"), execution_arn),
        )
        print(text)
        return text

    chosen = month()
    export = validate_export(chosen)
    execution = start_pipeline(chosen)
    wait_for_export(chosen) >> export >> execution >> wait_for_pipeline(execution) >> report(chosen, export, execution)


def _folder(month: str) -> Any:
    import boto3

    from mailroom_retrain_helpers.exports import MonthFolder

    settings = _settings()
    return MonthFolder(
        s3=boto3.client("s3"), bucket=settings.exports_bucket, prefix=settings.exports_prefix, month=month
    )


monthly_retrain()
