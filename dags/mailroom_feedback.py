"""Every month: what the CRM's feedback of the month before says of the predictions.

Reads the ledger and writes `reports/feedback/MONTH.json` and `.html` to the bucket of artefacts: accuracy per task over
the cases that a person looked at, how right automatic routing was per queue, hand-overs, decisions and model versions.
Counts alone; nothing names a mail or a person. For another month, trigger a run with the parameter `month`, such as
`2026-03`; a report that is there already is written anew.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.configuration import conf
from airflow.sdk import Param, dag, get_current_context, task

from mailroom_dags.final import final
from mailroom_dags.month import chosen_month
from mailroom_dags.section import SECTION
from mailroom_feedback_helpers.settings import FeedbackSettings


def _settings() -> FeedbackSettings:
    return FeedbackSettings.read(conf.get)


@dag(
    dag_id="feedback_report",
    # The orchestration stack sets it; without it the DAG does not load, and Airflow says so.
    schedule=conf.get(SECTION, "feedback_schedule"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    # A month that was missed is triggered by a person. The last one is not missed: a new environment begins with it.
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5), "owner": "mailroom"},
    params={"month": Param(None, type=["null", "string"], description="A month such as 2026-03; empty: the last one")},
    tags=["mailroom"],
    doc_md=__doc__,
)
def feedback_report() -> None:
    """The tasks and their order."""

    @task
    def month() -> str:
        """The month to report on."""
        context = get_current_context()
        # A run that a person triggers may have no data interval.
        moment = context.get("data_interval_end") or context["dag_run"].run_after
        with final():
            return chosen_month(context["params"]["month"], moment)

    @task
    def count(month: str) -> dict[str, Any]:
        """Join feedback and predictions, and count them."""
        import boto3
        from botocore.config import Config

        from mailroom.taxonomy_file import load_taxonomy
        from mailroom_feedback_helpers.case import cases_of
        from mailroom_feedback_helpers.document import document
        from mailroom_feedback_helpers.ledger import Ledger
        from mailroom_feedback_helpers.routing_task import routing_task
        from mailroom_feedback_helpers.tally import tally

        settings = _settings()
        # The network's gateway endpoint and its policy are for the regional address.
        dynamodb = boto3.client("dynamodb", config=Config(account_id_endpoint_mode="disabled"))
        with final():
            taxonomy = load_taxonomy(Path(__file__).with_name("taxonomy.toml"))
            cases = cases_of(Ledger(dynamodb=dynamodb, table=settings.ledger_table), month)
            return document(
                tally(cases, month=month, tasks=settings.tasks, routing_task=routing_task(taxonomy, settings.tasks))
            )

    @task
    def write(document: dict[str, Any]) -> str:
        """Put the report where people find it, and its gist into the log."""
        import boto3

        from mailroom_feedback_helpers.store import ReportStore
        from mailroom_feedback_helpers.summary import summary

        place = ReportStore(s3=boto3.client("s3"), bucket=_settings().artefacts_bucket).put(document)
        print(f"{summary(document)}\n{place}")
        return place

    write(count(month()))


feedback_report()
