"""Every month: wait for the CRM's export, check it, train on it, say what came of it.

The last task writes `reports/retrain/MONTH.json` and `.html` to the bucket of artefacts. The pipeline's gate decides
whether the new model is registered; a person (in dev: the gate) approves it. To retrain on another month, trigger a run
with the parameter `month`, such as `2026-03`; with `hyperparameters`, such as `{"epochs": 2}`, or `base_model`, a
prefix of the artefacts bucket, that one run trains otherwise than configured. A run that failed in training is not
cleared but triggered anew: the same run would join its failed execution.
"""

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
        """The CRM has uploaded the export that its manifest speaks of."""
        from mailroom_retrain_helpers.late import awaited_line

        with final():
            awaited = _retraining(month).wait_for_export()
        if awaited is not None:
            # A run that is cleared begins anew.
            begun = get_current_context()["dag_run"].start_date
            print(awaited_line(awaited, since=begun, now=datetime.now(UTC)))
        return PokeReturnValue(is_done=awaited is None)

    @task
    def validate_export(month: str) -> dict[str, Any]:
        """Export and manifest agree, and the taxonomy, which the pipeline has packed too, knows every label."""
        with final():
            return dict(_retraining(month).validate_export())

    @task
    def start_pipeline(month: str, export: dict[str, Any], parameters: dict[str, str]) -> str:
        """Start the training once per run, however often this task is tried."""
        from mailroom_retrain_helpers.pipeline_run import request_token

        run = get_current_context()["dag_run"]
        token = request_token(run.dag_id, run.run_id)
        return str(_retraining(month).start_pipeline(export, parameters=parameters, token=token))

    @task.sensor(poke_interval=5 * MINUTE, timeout=24 * HOUR, mode="reschedule")
    def wait_for_pipeline(month: str, execution_arn: str) -> PokeReturnValue:
        """The execution has ended."""
        return PokeReturnValue(is_done=_retraining(month).wait_for_pipeline(execution_arn))

    @task
    def report(month: str, export: dict[str, Any], execution_arn: str) -> str:
        """What came of it, as this task's result and in the bucket; failed, refused and stopped fail this run."""
        with final():
            return str(_retraining(month).report(export, execution_arn))

    chosen = choose()
    month = chosen["month"]
    export = validate_export(month)
    execution = start_pipeline(month, export, chosen["parameters"])
    ended = wait_for_pipeline(month, execution)
    wait_for_export(month) >> export >> execution >> ended >> report(month, export, execution)


def _retraining(month: str) -> Any:
    import boto3

    from mailroom_retrain_helpers.retraining import Retraining

    return Retraining(
        s3=boto3.client("s3"),
        sagemaker=boto3.client("sagemaker"),
        settings=_settings(),
        shipped=Path(__file__).with_name("taxonomy.toml"),
        month=month,
    )


monthly_retrain()
