from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.attribute_values import from_attributes, to_attributes
from mailroom.errors import ContractError
from mailroom.feedback import Feedback, Review
from mailroom.ledger import (
    Case,
    RecordedFeedback,
    RecordedPrediction,
    case_of_rows,
    feedback_of_row,
    feedback_row,
    partition_key,
    prediction_of_row,
    prediction_row,
)
from mailroom.prediction import Decision, Language, Prediction, Reason, Score, TaskPrediction
from mailroom.wire.request import Mode
from tests.support.strategies import ids, quick, recorded_feedbacks, recorded_predictions

EVIDENCE = "Kontonummer 4711"
MOMENT = datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)

PREDICTION = RecordedPrediction(
    client_id="key-1",
    batch_id="b-1",
    mode=Mode.SHADOW,
    policy_version="p-1",
    recorded_at=MOMENT,
    prediction=Prediction(
        prediction_id="pred-1",
        email_id="500A",
        model_version="m-1",
        taxonomy_version="t-1",
        labels={
            "queue": TaskPrediction(
                label="fees", confidence=0.876543, alternatives=(Score(label="tax", confidence=0.1),)
            )
        },
        decision=Decision.SUGGEST,
        language=Language(code="de", confidence=0.99),
        reasons=(Reason.BELOW_THRESHOLD,),
        queue_target="crm.fees",
        audit=True,
        truncated=False,
        evidence=(EVIDENCE,),
    ),
)

FEEDBACK = RecordedFeedback(
    client_id="key-1",
    recorded_at=MOMENT,
    feedback=Feedback(
        feedback_id="f-1",
        prediction_id="pred-1",
        email_id="500A",
        final_labels={"queue": "faxes"},
        taxonomy_version="t-0",
        review=Review.CORRECTED,
        case_closed_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        transfers=2,
        agent_ref="agent-17",
    ),
    final_labels={"queue": "transfers"},
    checked_against="t-1",
)


def test_the_row_of_a_prediction():
    assert prediction_row(PREDICTION, keep_days=30) == {
        "pk": "key-1#pred-1",
        "sk": "prediction",
        "email_pk": "key-1#500A",
        "email_sk": "2026-03-01T08:00:00.250Z",
        "expires_at": int(datetime(2026, 3, 31, 8, tzinfo=UTC).timestamp()),
        "client_id": "key-1",
        "prediction_id": "pred-1",
        "email_id": "500A",
        "recorded_at": "2026-03-01T08:00:00.250Z",
        "batch_id": "b-1",
        "mode": "shadow",
        "model_version": "m-1",
        "taxonomy_version": "t-1",
        "policy_version": "p-1",
        "audit": True,
        "language": {"code": "de", "confidence": Decimal("0.99")},
        "labels": {
            "queue": {
                "label": "fees",
                "confidence": Decimal("0.8765"),
                "alternatives": [{"label": "tax", "confidence": Decimal("0.1")}],
            }
        },
        "decision": "suggest",
        "reasons": ["below_threshold"],
        "queue_target": "crm.fees",
        "truncated": False,
    }


def test_the_row_of_a_feedback_holds_the_labels_as_given_and_as_carried_over():
    assert feedback_row(FEEDBACK, keep_days=30) == {
        "pk": "key-1#pred-1",
        "sk": "feedback#f-1",
        "email_pk": "key-1#500A",
        "email_sk": "2026-03-01T08:00:00.250Z",
        "expires_at": int(datetime(2026, 3, 31, 8, tzinfo=UTC).timestamp()),
        "client_id": "key-1",
        "prediction_id": "pred-1",
        "email_id": "500A",
        "recorded_at": "2026-03-01T08:00:00.250Z",
        "feedback_id": "f-1",
        "given_labels": {"queue": "faxes"},
        "final_labels": {"queue": "transfers"},
        "labels_checked": True,
        "checked_against": "t-1",
        "taxonomy_version": "t-0",
        "review": "corrected",
        "case_closed_at": "2026-03-02T09:30:00Z",
        "first_touch_at": None,
        "transfers": 2,
        "agent_ref": "agent-17",
    }


def test_labels_that_no_model_could_check_are_marked():
    row = feedback_row(replace(FEEDBACK, checked_against=None), keep_days=1)
    assert (row["labels_checked"], row["checked_against"]) == (False, None)


def test_no_row_holds_words_of_the_mail():
    assert EVIDENCE not in str(prediction_row(PREDICTION, keep_days=1))


def stored(row):
    """The row after its way into DynamoDB and back."""
    return from_attributes(to_attributes(row))


@quick
@given(recorded_predictions)
def test_a_prediction_is_read_back_but_for_its_evidence(recorded):
    expected = replace(recorded, prediction=replace(recorded.prediction, evidence=()))
    assert prediction_of_row(stored(prediction_row(recorded, keep_days=400))) == expected


@quick
@given(recorded_feedbacks)
def test_a_feedback_is_read_back(recorded):
    assert feedback_of_row(stored(feedback_row(recorded, keep_days=400))) == recorded


@quick
@given(recorded_predictions, recorded_feedbacks)
def test_keys_stay_within_what_dynamodb_takes(prediction, feedback):
    # 2,048 bytes for a partition's key, 1,024 for a sort key; a client's id is API Gateway's own and short.
    for row in (prediction_row(prediction, keep_days=1), feedback_row(feedback, keep_days=1)):
        for key, limit in {"pk": 2048, "email_pk": 2048, "sk": 1024, "email_sk": 1024}.items():
            assert 1 <= len(str(row[key]).encode()) <= limit + 3 * len(str(row["client_id"]).encode())


names = st.text(st.sampled_from("a#%23"), min_size=1, max_size=4)


@quick
@given(names, names, names, names)
def test_no_client_reaches_another_ones_partition_whatever_the_ids_hold(client, id, other_client, other_id):
    same = (client, id) == (other_client, other_id)
    assert (partition_key(client, id) == partition_key(other_client, other_id)) is same


def test_an_id_that_looks_like_another_clients_key_stays_in_its_own_partition():
    assert partition_key("key-1", "key-2#pred-1") == "key-1#key-2#pred-1"
    assert partition_key("key-1#key-2", "pred-1") == "key-1%23key-2#pred-1"


@quick
@given(ids, st.permutations([0, 1, 2]))
def test_a_case_is_joined_whichever_of_its_rows_came_first(feedback_id, order):
    later = replace(
        FEEDBACK,
        feedback=replace(FEEDBACK.feedback, feedback_id=f"later {feedback_id}"),
        recorded_at=datetime(2026, 3, 9, tzinfo=UTC),
    )
    rows = [
        prediction_row(PREDICTION, keep_days=1),
        feedback_row(FEEDBACK, keep_days=1),
        feedback_row(later, keep_days=1),
    ]
    expected = replace(PREDICTION, prediction=prediction_of_row(rows[0]).prediction)
    assert case_of_rows([rows[number] for number in order]) == Case(prediction=expected, feedback=(FEEDBACK, later))


def test_feedback_waits_for_its_prediction():
    assert case_of_rows([feedback_row(FEEDBACK, keep_days=1)]) == Case(prediction=None, feedback=(FEEDBACK,))


@pytest.mark.parametrize(
    ("read", "row", "sentence"),
    [
        (prediction_of_row, feedback_row(FEEDBACK, keep_days=1), "A row of the ledger is no prediction."),
        (prediction_of_row, {}, "A row of the ledger is no prediction."),
        (feedback_of_row, prediction_row(PREDICTION, keep_days=1), "A row of the ledger is no feedback."),
        (feedback_of_row, {"review": None}, "A row of the ledger is no feedback."),
    ],
)
def test_a_row_of_another_kind_is_one_sentence(read, row, sentence):
    with pytest.raises(ContractError) as caught:
        read(row)
    assert str(caught.value) == sentence
