"""From a month's cases to the report on them."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from mailroom.feedback import Review
from mailroom.prediction import Decision
from mailroom.wire.request import Mode
from mailroom_feedback_helpers.case import Case
from mailroom_feedback_helpers.document import document
from mailroom_feedback_helpers.page import page
from mailroom_feedback_helpers.store import ReportStore
from mailroom_feedback_helpers.summary import summary
from mailroom_feedback_helpers.tally import tally
from tests.dags.feedback_rows import predicted, said

RIGHT = {"queue": "tax", "topic": "form"}
WRONG = {"queue": "fees", "topic": "form"}
ROUTED = predicted("1", RIGHT, decision=Decision.AUTO_ROUTE)
NOTHING = {"cases": 0, "right": 0, "share": None, "low": None, "high": None}
ONE_OF_ONE = {"cases": 1, "right": 1, "share": 1.0, "low": 0.2065, "high": 1.0}


def _document(*cases: Case) -> dict[str, Any]:
    return document(tally(cases, month="2026-03", tasks=("queue", "topic"), routing_task="queue"))


def _case(prediction: Any, labels: dict[str, str], review: Review, **more: Any) -> Case:
    return Case(prediction=prediction, feedback=said("1", labels, review, **more))


def test_a_month_is_counted_whole():
    shadow = predicted("3", RIGHT, decision=Decision.AUTO_ROUTE, mode=Mode.SHADOW, model_version="m-2")
    cases = [
        _case(ROUTED, RIGHT, Review.BLIND_AUDIT),
        _case(ROUTED, WRONG, Review.CORRECTED, transfers=2),
        _case(ROUTED, RIGHT, Review.UNTOUCHED),
        _case(predicted("2", RIGHT), RIGHT, Review.CONFIRMED),
        _case(shadow, RIGHT, Review.CONFIRMED),
        _case(None, RIGHT, Review.CONFIRMED),
    ]
    assert _document(*cases) == {
        "month": "2026-03",
        "cases": 6,
        "unknown_predictions": 1,
        "reviews": {"confirmed": 3, "corrected": 1, "untouched": 1, "blind_audit": 1},
        "tasks": {
            "queue": {
                "reviewed": {"cases": 4, "right": 3, "share": 0.75, "low": 0.3006, "high": 0.9544},
                "blind_audit": ONE_OF_ONE,
            },
            "topic": {
                "reviewed": {"cases": 4, "right": 4, "share": 1.0, "low": 0.5101, "high": 1.0},
                "blind_audit": ONE_OF_ONE,
            },
        },
        "decisions": {
            "auto_route": {"cases": 4, "share": 0.8, "transferred": 1},
            "suggest": {"cases": 1, "share": 0.2, "transferred": 0},
            "human_review": {"cases": 0, "share": 0.0, "transferred": 0},
        },
        "routing_task": "queue",
        "automatic_routing": {
            "live": {
                "tax": {
                    "routed": 3,
                    "transferred": 1,
                    "reviewed": {"cases": 2, "right": 1, "share": 0.5, "low": 0.0945, "high": 0.9055},
                }
            },
            "shadow": {"tax": {"routed": 1, "transferred": 0, "reviewed": ONE_OF_ONE}},
        },
        "models": {
            "m-1": {
                "cases": 4,
                "tasks": {
                    "queue": {"cases": 3, "right": 2, "share": 0.6667, "low": 0.2077, "high": 0.9385},
                    "topic": {"cases": 3, "right": 3, "share": 1.0, "low": 0.4385, "high": 1.0},
                },
            },
            "m-2": {"cases": 1, "tasks": {"queue": ONE_OF_ONE, "topic": ONE_OF_ONE}},
        },
    }


def test_an_untouched_case_is_no_evidence_however_its_labels_came_out():
    counted = _document(_case(ROUTED, RIGHT, Review.UNTOUCHED))
    assert counted["tasks"]["queue"]["reviewed"] == NOTHING
    assert counted["automatic_routing"]["live"]["tax"] == {"routed": 1, "transferred": 0, "reviewed": NOTHING}
    assert counted["models"]["m-1"] == {"cases": 1, "tasks": {"queue": NOTHING, "topic": NOTHING}}


def test_a_label_that_was_replaced_since_is_right_if_it_was_when_the_agent_saw_it():
    renamed = _case(ROUTED, RIGHT, Review.CONFIRMED, carried_over={"queue": "taxes", "topic": "form"})
    newer = _case(ROUTED, {"queue": "duty"}, Review.CONFIRMED, carried_over={"queue": "tax"})
    assert [case.is_right("queue") for case in (renamed, newer)] == [True, True]


def test_a_task_without_a_final_label_or_without_a_predicted_one_is_not_counted():
    assert _case(ROUTED, {"topic": "form"}, Review.CONFIRMED).is_right("queue") is None
    assert _case(predicted("1", {"topic": "form"}), RIGHT, Review.CONFIRMED).is_right("queue") is None
    assert _case(None, RIGHT, Review.CONFIRMED).is_right("queue") is None


def test_a_task_that_nobody_predicted_or_labelled_counts_for_nothing():
    tasks = _document(
        _case(predicted("1", {"queue": "tax"}), RIGHT, Review.CONFIRMED),
        _case(predicted("2", RIGHT), {"queue": "tax"}, Review.CONFIRMED),
    )["tasks"]
    assert (tasks["queue"]["reviewed"]["cases"], tasks["topic"]["reviewed"]) == (2, NOTHING)


def test_what_was_routed_by_a_task_that_the_model_lacks_is_in_no_queue():
    by_topic = predicted("1", {"topic": "form"}, decision=Decision.AUTO_ROUTE)
    assert _document(_case(by_topic, RIGHT, Review.CONFIRMED))["automatic_routing"] == {"live": {}}


def test_the_summary_is_a_few_lines():
    cases = [_case(ROUTED, RIGHT, Review.CONFIRMED), _case(None, RIGHT, Review.UNTOUCHED)]
    assert summary(_document(*cases)) == (
        "Feedback of 2026-03: 2 cases (1 confirmed, 0 corrected, 1 untouched, 0 blind audit).\n"
        "  1 of them are about no prediction that the ledger has.\n"
        "  queue: 100.0% of 1 (20.6% to 100.0%)\n"
        "  topic: 100.0% of 1 (20.6% to 100.0%)\n"
        "  routed automatically (live): 1, of 1 reviewed 1 to the right queue"
    )


def test_a_month_without_feedback_says_so():
    nothing = _document()
    assert summary(nothing) == "No feedback was recorded in 2026-03."
    assert "<p>No feedback was recorded in this month.</p>" in page(nothing)
    assert "<table>" not in page(nothing)


def test_the_page_shows_every_table_and_escapes_what_labels_are_called():
    odd = predicted("1", {"queue": "<b>&", "topic": "form"}, decision=Decision.AUTO_ROUTE, mode=Mode.SHADOW)
    html = page(_document(_case(ROUTED, RIGHT, Review.CONFIRMED), _case(odd, RIGHT, Review.UNTOUCHED)))
    assert [part.partition("</h2>")[0] for part in html.split("<h2>")[1:]] == [
        "Reviews",
        "Accuracy",
        "Decisions",
        "Routed automatically",
        "Would have been routed automatically (shadow)",
        "Model versions",
    ]
    assert "<td>&lt;b&gt;&amp;</td><td>1</td><td>0</td><td>no case reviewed</td>" in html
    assert "<td>tax</td><td>1</td><td>0</td><td>100.0% of 1 (20.6% to 100.0%)</td>" in html
    assert "<b>&" not in html


def test_neither_report_names_a_mail_a_case_or_a_client():
    found = _document(_case(ROUTED, RIGHT, Review.CORRECTED))
    for text in (json.dumps(found), page(found), summary(found)):
        assert not any(name in text for name in ("mail-1", "f-1", "crm"))


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="artefacts")
        yield client


def test_data_and_page_lie_under_the_month_and_a_second_try_replaces_them(s3: Any):
    store = ReportStore(s3=s3, bucket="artefacts")
    store.put(_document(_case(ROUTED, WRONG, Review.CORRECTED)))
    found = _document(_case(ROUTED, RIGHT, Review.CONFIRMED))
    assert store.put(found) == "s3://artefacts/reports/feedback/2026-03.html"
    entries = s3.list_objects_v2(Bucket="artefacts")["Contents"]
    held = {entry["Key"]: s3.get_object(Bucket="artefacts", Key=entry["Key"]) for entry in entries}
    assert {key: answer["ContentType"] for key, answer in held.items()} == {
        "reports/feedback/2026-03.html": "text/html; charset=utf-8",
        "reports/feedback/2026-03.json": "application/json",
    }
    assert json.loads(held["reports/feedback/2026-03.json"]["Body"].read()) == found
    assert held["reports/feedback/2026-03.html"]["Body"].read().decode() == page(found)
