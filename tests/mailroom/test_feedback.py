import pytest

from mailroom.feedback import Feedback, Review


def feedback(**changed):
    return Feedback(
        **{
            "feedback_id": "f",
            "prediction_id": "p",
            "email_id": "1",
            "final_labels": {"queue": "fees"},
            "taxonomy_version": "t",
            "review": Review.CONFIRMED,
            **changed,
        }
    )


def test_labels_that_nobody_looked_at_are_no_evidence():
    assert [review for review in Review if not review.is_evidence] == [Review.UNTOUCHED]


def test_hand_overs_cannot_be_negative():
    with pytest.raises(ValueError, match="cannot be negative"):
        feedback(transfers=-1)


def test_final_labels_cannot_be_changed_afterwards():
    with pytest.raises(TypeError):
        feedback().final_labels["queue"] = "other"
