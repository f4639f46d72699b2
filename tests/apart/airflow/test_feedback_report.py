"""The report on a month's feedback, on real Airflow, from the deployed ledger into the deployed bucket."""

import json
from datetime import UTC, datetime

from mailroom.attribute_values import to_attributes
from mailroom.feedback import Review
from mailroom.ledger import feedback_row, prediction_row
from mailroom.prediction import Decision
from tests.apart.airflow.world import World
from tests.dags.feedback_rows import predicted, said

DECEMBER = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
LABELS = {"line_of_business": "brokerage", "queue": "fees"}


def _record(world: World, *rows: object) -> None:
    for row in rows:
        world.client("dynamodb").put_item(TableName=world.ledger_table, Item=to_attributes(row))


def test_a_run_of_january_reports_on_december_of_the_year_before(world: World):
    _record(
        world,
        prediction_row(predicted("1", LABELS, decision=Decision.AUTO_ROUTE), keep_days=3650),
        feedback_row(said("1", LABELS, Review.BLIND_AUDIT, recorded_at=DECEMBER), keep_days=3650),
        prediction_row(predicted("2", LABELS), keep_days=3650),
        feedback_row(
            said("2", {**LABELS, "queue": "transfers"}, Review.CORRECTED, recorded_at=DECEMBER), keep_days=3650
        ),
    )
    ended = world.run("feedback_report", "2027-01-02T05:00:00+00:00")
    assert (ended.state, ended.results["month"]) == ("success", "2026-12"), ended.log[-3000:]
    place = f"s3://{world.artefacts_bucket}/reports/feedback/2026-12.html"
    assert ended.results["write"] == place
    assert "Feedback of 2026-12: 2 cases (0 confirmed, 1 corrected, 0 untouched, 1 blind audit)." in ended.log
    s3 = world.client("s3")
    data = s3.get_object(Bucket=world.artefacts_bucket, Key="reports/feedback/2026-12.json")["Body"].read()
    report = json.loads(data)
    assert (report["tasks"]["queue"]["reviewed"]["cases"], report["tasks"]["queue"]["reviewed"]["right"]) == (2, 1)
    assert report["automatic_routing"]["live"]["fees"]["reviewed"]["right"] == 1
    html = s3.get_object(Bucket=world.artefacts_bucket, Key="reports/feedback/2026-12.html")["Body"].read()
    assert b"Feedback of 2026-12" in html


def test_a_month_without_feedback_is_reported_as_one(world: World):
    ended = world.run("feedback_report", "2026-03-02T05:00:00+00:00", {"month": "2024-01"})
    assert (ended.state, ended.results["count"]["cases"]) == ("success", 0)
    assert "No feedback was recorded in 2024-01." in ended.log
