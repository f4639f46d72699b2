"""Reading the ledger's table for a month's feedback and its predictions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from mailroom.attribute_values import to_attributes
from mailroom.feedback import Review
from mailroom.ledger import RecordedFeedback, RecordedPrediction, feedback_row, prediction_row
from mailroom_feedback_helpers import ledger as module
from mailroom_feedback_helpers.case import Case, cases_of
from mailroom_feedback_helpers.ledger import Ledger, key_of
from tests.dags.feedback_rows import MARCH, predicted, said

QUEUE = {"queue": "tax"}


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        client.create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        yield Ledger(dynamodb=client, table="ledger")


def _put(ledger: Ledger, *recorded: RecordedPrediction | RecordedFeedback) -> None:
    for one in recorded:
        is_prediction = isinstance(one, RecordedPrediction)
        row = prediction_row(one, keep_days=30) if is_prediction else feedback_row(one, keep_days=30)
        ledger.dynamodb.put_item(TableName="ledger", Item=to_attributes(row))


def test_of_the_ledger_a_month_s_feedback_is_read_and_no_prediction(ledger: Ledger):
    first = datetime(2026, 3, 1, tzinfo=UTC)
    within = [
        said("1", QUEUE, recorded_at=first),
        said("2", QUEUE, recorded_at=datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)),
    ]
    _put(
        ledger,
        predicted("1", QUEUE),
        *within,
        said("3", QUEUE, recorded_at=first - timedelta(milliseconds=1)),
        said("4", QUEUE, recorded_at=datetime(2026, 4, 1, tzinfo=UTC)),
    )
    found = sorted(ledger.feedback("2026-03"), key=lambda one: one.feedback.feedback_id)
    assert found == within


def test_all_pages_of_a_large_table_are_read(ledger: Ledger):
    _put(ledger, *(said(str(number), QUEUE) for number in range(20)))
    for number in range(20):
        # Of 100 kB each, of which a page holds ten.
        large = {"pk": f"crm#{number}", "sk": "prediction", "filler": "x" * 100_000}
        ledger.dynamodb.put_item(TableName="ledger", Item=to_attributes(large))
    assert "LastEvaluatedKey" in ledger.dynamodb.scan(TableName="ledger"), "else the table is too small for this test"
    assert len(list(ledger.feedback("2026-03"))) == 20


def test_more_predictions_are_read_than_one_call_returns(ledger: Ledger):
    predictions = [predicted(str(number), QUEUE) for number in range(150)]
    _put(ledger, *predictions)
    keys = [key_of(said(str(number), QUEUE)) for number in range(151)]
    found = dict(ledger.predictions(keys))
    assert found == dict(zip(keys[:150], predictions, strict=True))


def test_a_case_is_its_prediction_and_the_last_feedback_that_a_person_gave(ledger: Ledger):
    corrected = said("1", QUEUE, Review.CORRECTED, feedback_id="a", recorded_at=MARCH)
    later = said("1", QUEUE, Review.CONFIRMED, feedback_id="b", recorded_at=MARCH + timedelta(hours=1))
    closed = said("1", QUEUE, Review.UNTOUCHED, feedback_id="c", recorded_at=MARCH + timedelta(hours=2))
    _put(ledger, predicted("1", QUEUE), corrected, later, closed, said("2", QUEUE))
    assert tuple(cases_of(ledger, "2026-03")) == (
        Case(prediction=predicted("1", QUEUE), feedback=later),
        Case(prediction=None, feedback=said("2", QUEUE)),
    )


def _answering(*answers: dict[str, Any]) -> tuple[Ledger, Stubber]:
    client = boto3.client(
        "dynamodb", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    stub = Stubber(client)
    for answer in answers:
        stub.add_response("batch_get_item", answer)
    stub.activate()
    return Ledger(dynamodb=client, table="ledger"), stub


def test_keys_that_dynamodb_left_out_are_asked_for_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0)
    one, two = (to_attributes(prediction_row(predicted(name, QUEUE), keep_days=30)) for name in "12")
    left = {"ledger": {"Keys": [{"pk": two["pk"], "sk": two["sk"]}]}}
    ledger, stub = _answering(
        {"Responses": {"ledger": [one]}, "UnprocessedKeys": left}, {"Responses": {"ledger": [two]}}
    )
    assert [found.prediction.prediction_id for _, found in ledger.predictions(["crm#1", "crm#2"])] == ["1", "2"]
    stub.assert_no_pending_responses()


def test_a_table_that_never_answers_in_full_is_no_empty_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0)
    left = {"ledger": {"Keys": [{"pk": {"S": "crm#1"}, "sk": {"S": "prediction"}}]}}
    ledger, stub = _answering(*[{"Responses": {}, "UnprocessedKeys": left}] * module.ATTEMPTS)
    with pytest.raises(OSError, match=r"^The ledger did not answer in full, although it was asked several times\.$"):
        list(ledger.predictions(["crm#1"]))
    stub.assert_no_pending_responses()
