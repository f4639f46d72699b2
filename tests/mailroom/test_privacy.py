"""No repr of the domain shows what a customer wrote."""

from mailroom.message import Email
from mailroom.prediction import Decision, Language, Prediction
from mailroom.wire.request import parse_email

SECRET = "Kontonummer 4711"


def test_an_email_shows_neither_subject_nor_body_nor_banks():
    email = Email(id="1", subject=SECRET, body=SECRET, custodian_banks=(SECRET,))
    assert SECRET not in repr(email)
    assert SECRET not in repr([parse_email({"id": "1", "body": SECRET})])


def test_a_prediction_does_not_show_its_evidence():
    prediction = Prediction(
        prediction_id="p",
        email_id="1",
        model_version="m",
        taxonomy_version="t",
        labels={},
        decision=Decision.SUGGEST,
        language=Language(code="de", confidence=1),
        evidence=(SECRET,),
    )
    assert SECRET not in repr(prediction)
