"""Every month: wait for the CRM's export, check it, train on it, say what came of it.

The pipeline's gate decides whether the new model is registered; a person (in dev: the gate) approves it. To retrain on
another month, trigger a run with the parameter `month`, such as `2026-03`; with `hyperparameters`, such as
`{"epochs": 2}`, or `base_model`, a prefix of the artefacts bucket, that one run trains otherwise than configured. A run
that failed in training is not cleared but triggered anew: the same run would join its failed execution.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.configuration import conf
from airflow.sdk import Param, PokeReturnValue, dag, get_current_context, task

from mailroom_dags.final import final
from mailroom_dags.month import chosen_month
from mailroom_dags.section import SECTION
from mailroom_retrain_helpers.settings import RetrainSettings
from mailroom_retrain_helpers.wishes import pipeline_parameters

MINUTE, HOUR, DAY = 60, 3600, 86_400
PARAMS = {
    "month": Param(None, type=["null", "string"], description="A month such as 2026-03; empty: the last one"),
    "hyperparameters": Param(
        None, type=["null", "object"], description='For this run alone, such as {"epochs": 2}; empty: as configured'
    ),
    "base_model": Param(
        None, type=["null", "string"], description="A prefix of the artefacts bucket; empty: as configured"
    ),
}


def _settings() -> RetrainSettings:
    return RetrainSettings.read(conf.get)


@dag(
    dag_id="monthly_retrain",
    # The orchestration stack sets it; without it the DAG does not load, and Airflow says so.
    schedule=conf.get(SECTION, "schedule"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    # A month that was missed is triggered by a person. The last one is not missed: a new environment begins with it.
    catchup=False,
    # A late export is waited for, for days: what a person triggers for another month goes on beside it.
    max_active_runs=2,
    is_paused_upon_creation=False,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5), "owner": "mailroom"},
    params=PARAMS,
    tags=["mailroom"],
    doc_md=__doc__,
)
def monthly_retrain() -> None:
    """The tasks and their order."""

    @task(multiple_outputs=True)
    def choose() -> dict[str, Any]:
        """The month to train on, and the pipeline's other parameters; refused before anything is waited for."""
        context = get_current_context()
        # A run that a person triggers may have no data interval.
        moment = context.get("data_interval_end") or context["dag_run"].run_after
        wishes = context["params"]
        with final():
            return {
                "month": chosen_month(wishes["month"], moment),
                "parameters": pipeline_parameters(wishes["hyperparameters"], wishes["base_model"]),
            }

    @task.sensor(poke_interval=15 * MINUTE, timeout=5 * DAY, mode="reschedule")
    def wait_for_export(month: str) -> PokeReturnValue:
        """The CRM has uploaded the export and its manifest."""
        with final():
            awaited = _folder(month).awaited()
        if awaited is not None:
            print(awaited)
        return PokeReturnValue(is_done=awaited is None)

    @task
    def validate_export(month: str) -> dict[str, Any]:
        """Export and manifest agree, and the taxonomy knows every label."""
        with final():
            folder = _folder(month)
            taxonomy = folder.taxonomy(Path(__file__).with_name("taxonomy.toml"))
            return asdict(folder.validate(taxonomy.restricted_to(_settings().tasks)))

    @task
    def start_pipeline(month: str, parameters: dict[str, str]) -> str:
        """Start the training once per run, however often this task is tried."""
        import boto3

        from mailroom_retrain_helpers.pipeline_run import request_token, start

        run = get_current_context()["dag_run"]
        return start(
            boto3.client("sagemaker"),
            pipeline_name=_settings().pipeline_name,
            month=month,
            parameters=parameters,
            token=request_token(run.dag_id, run.run_id),
        )

    @task.sensor(poke_interval=5 * MINUTE, timeout=24 * HOUR, mode="reschedule")
    def wait_for_pipeline(execution_arn: str) -> PokeReturnValue:
        """The execution has succeeded; failed and stopped fail this run."""
        import boto3

        from mailroom_retrain_helpers.pipeline_run import finished

        with final():
            return PokeReturnValue(is_done=finished(boto3.client("sagemaker"), execution_arn))

    @task
    def report(month: str, export: dict[str, Any], execution_arn: str) -> str:
        """What came of it: this task's result, which Airflow logs."""
        import boto3

        from mailroom_retrain_helpers.pipeline_run import steps_of
        from mailroom_retrain_helpers.report import report as written

        steps = steps_of(boto3.client("sagemaker"), execution_arn)
        return written(month=month, export=export, execution_arn=execution_arn, steps=steps)

    chosen = choose()
    month = chosen["month"]
    export = validate_export(month)
    execution = start_pipeline(month, chosen["parameters"])
    wait_for_export(month) >> export >> execution >> wait_for_pipeline(execution) >> report(month, export, execution)


def _folder(month: str) -> Any:
    import boto3

    from mailroom_retrain_helpers.exports import MonthFolder

    settings = _settings()
    return MonthFolder(
        s3=boto3.client("s3"), bucket=settings.exports_bucket, prefix=settings.exports_prefix, month=month
    )


monthly_retrain()
