"""The CRM's side: batches within the API's limits, answers in order, scores that count errors as wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.crm.client import Answer, batches
from local.crm.mails import CrmMail, read_mails
from local.crm.table import TaskScore, answer_table, decision_line, score, score_table
from mailroom.message import BodyFormat, Email
from mailroom.prediction import Decision, ErrorCode, ItemError, Language, Prediction, TaskPrediction
from mailroom.wire.request import MAX_BYTES, email_to_json
from model.dataset.columns import ColumnMapping


def prediction(label: str, *, decision: Decision = Decision.AUTO_ROUTE) -> Prediction:
    return Prediction(
        prediction_id="p",
        email_id="e",
        model_version="m",
        taxonomy_version="t",
        labels={"queue": TaskPrediction(label=label, confidence=0.9)},
        decision=decision,
        language=Language(code="de", confidence=1.0),
    )


FAILED = ItemError(email_id="e", code=ErrorCode.INTERNAL, detail="The mail could not be classified.")


@pytest.mark.slow
@given(st.lists(st.sampled_from([0, 10, 1_500_000, 3_000_000]), max_size=6), st.integers(1, 150))
def test_every_mail_that_fits_a_request_is_sent_once_in_order_and_no_batch_is_too_large(lengths: list[int], size: int):
    emails = [Email(id=str(number), body="x" * length) for number, length in enumerate(lengths)]
    sent = list(batches(emails, size=size))
    assert [position for batch in sent for position in batch] == list(range(len(emails)))
    for batch in sent:
        assert len(batch) <= min(size, 100)
        body = json.dumps({"emails": [email_to_json(emails[position]) for position in batch]})
        assert len(body.encode()) <= MAX_BYTES


def test_a_mail_larger_than_any_request_is_left_out_of_the_batches():
    emails = [Email(id="small", body="x"), Email(id="huge", body="x" * MAX_BYTES)]
    assert list(batches(emails, size=100)) == [[0]]


def test_two_mails_of_one_id_never_share_a_request():
    emails = [Email(id=name, body="x") for name in ("a", "b", "a", "a")]
    assert list(batches(emails, size=100)) == [[0, 1], [2], [3]]


def test_raw_mails_are_read_with_their_labels_and_only_the_wanted_ones(tmp_path: Path):
    export = tmp_path / "mails.jsonl"
    export.write_text(
        json.dumps(
            {
                "id": "a",
                "subject": "s",
                "body": "<p>b</p>",
                "body_format": "html",
                "custodian_banks": ["X"],
                "received_at": "sometime",
                "queue": "fees",
            }
        )
        + "\n"
        + json.dumps({"id": "b", "body": "c"})
        + "\n"
    )
    assert list(read_mails(export, ColumnMapping(), ["queue"], ids={"a"})) == [
        CrmMail(
            email=Email(id="a", subject="s", body="<p>b</p>", body_format=BodyFormat.HTML, custodian_banks=("X",)),
            labels={"queue": "fees"},
        )
    ]


def test_errors_count_as_wrong_and_labels_newer_than_the_model_are_counted_apart():
    truth = [{"queue": "fees"}, {"queue": "fees"}, {"queue": "brand_new"}, {}]
    results = [prediction("fees"), FAILED, prediction("fees"), prediction("fees")]
    assert score(truth, results, {"queue": ("fees", "trading")}) == [
        TaskScore(task="queue", mails=2, accuracy=0.5, macro_f1=0.5 * (2 / 3), unknown=1)
    ]
    assert "(1 more carry a label newer than the model)" in score_table(score(truth, results, {"queue": ("fees",)}))


def test_the_table_shows_the_error_where_there_is_no_label():
    mails = [
        CrmMail(
            email=Email(id=str(number), subject="A subject that is far too long for a table of this width", body="")
        )
        for number in range(2)
    ]
    answers = [Answer(result=prediction("fees"), seconds=0.1), Answer(result=FAILED, seconds=0.1)]
    assert answer_table(mails, answers, ["queue"], rows=2).splitlines()[2:] == [
        "A subject that is far too long fo…  fees   0.90        auto_route",
        "A subject that is far too long fo…  -      -           INTERNAL",
    ]


def test_automatic_routing_is_measured_on_what_was_routed():
    truth = [{"queue": "fees"}, {"queue": "trading"}, {"queue": "trading"}]
    results = [prediction("fees"), prediction("fees"), prediction("trading", decision=Decision.SUGGEST)]
    assert decision_line(truth, results, "queue") == (
        "auto_route 66.7%, suggest 33.3%; of the mails routed automatically, 50.0% went to the right queue"
    )
