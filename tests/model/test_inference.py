"""The four functions of the serving container: one result per mail, whatever the mail."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from mailroom.errors import ContractError
from mailroom.wire.endpoint import description_from_json
from model import inference
from model.classifier.mail_classifier import MailClassifier

SECRET = "geheimnis4711"


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> MailClassifier:
    return inference.model_fn(str(tiny_model))


def invoke(model: MailClassifier, emails: list[Any], **options: Any) -> list[dict[str, Any]]:
    body = json.dumps({"emails": emails, "options": options})
    answer = inference.output_fn(
        inference.predict_fn(inference.input_fn(body, "application/json"), model), "application/json"
    )
    return json.loads(answer)["results"]


def test_a_mail_is_cleaned_and_classified(model: MailClassifier):
    [result] = invoke(
        model,
        [
            {
                "id": "a",
                "subject": "tra",
                "body_format": "html",
                "body": "<p>bitte übertragen sie mein depot von der bank</p>"
                "<blockquote type='cite'>die gebühr ist falsch</blockquote>",
            }
        ],
    )
    assert {task: found["label"] for task, found in result["labels"].items()} == {
        "line_of_business": "brokerage",
        "queue": "transfers",
    }
    assert result["status"] == "ok"
    assert result["queue_target"] == "brokerage.transfers"
    assert result["language"]["code"] == "de"
    assert 0.0 <= result["labels"]["queue"]["confidence"] <= 1.0


def test_results_stand_in_request_order_with_an_error_where_one_belongs(model: MailClassifier):
    results = invoke(
        model,
        [
            {"id": "empty", "body": " \n "},
            {"id": "fees", "body": "die gebühr auf der rechnung ist falsch"},
            {"id": "odd", "body": 7},
            {"id": "address", "body": "ich bin umgezogen meine neue adresse lautet"},
        ],
    )
    assert [(result["id"], result["status"]) for result in results] == [
        ("empty", "error"),
        ("fees", "ok"),
        ("odd", "error"),
        ("address", "ok"),
    ]
    assert results[0]["error"] == {
        "code": "EMPTY_TEXT",
        "detail": "Neither subject nor body holds any text.",
        "retryable": False,
    }
    assert results[2]["error"] == {"code": "INVALID_FIELD", "detail": "body must be text.", "retryable": False}
    assert [results[1]["labels"]["queue"]["label"], results[3]["labels"]["queue"]["label"]] == ["fees", "address"]


def test_a_batch_and_its_mails_one_by_one_get_the_same_labels(model: MailClassifier):
    emails = [
        {"id": str(number), "body": text}
        for number, text in enumerate(
            ("die gebühr auf der rechnung ist falsch", "bitte übertragen sie mein depot", "neue adresse " * 60)
        )
    ]
    together = invoke(model, emails)
    alone = [invoke(model, [email])[0] for email in emails]
    assert [one["labels"]["queue"]["label"] for one in together] == [one["labels"]["queue"]["label"] for one in alone]
    for one, other in zip(together, alone, strict=True):
        assert one["labels"]["queue"]["confidence"] == pytest.approx(other["labels"]["queue"]["confidence"], abs=0.02)


def test_top_k_names_as_many_alternatives_best_first(model: MailClassifier):
    [result] = invoke(model, [{"id": "a", "body": "bitte übertragen sie mein depot"}], top_k=1)
    assert len(result["labels"]["queue"]["alternatives"]) == 1
    [result] = invoke(model, [{"id": "a", "body": "bitte übertragen sie mein depot"}], top_k=10)
    confidences = [one["confidence"] for one in result["labels"]["queue"]["alternatives"]]
    assert confidences == sorted(confidences, reverse=True)


def test_a_mail_surely_in_another_language_is_refused_and_a_short_one_is_said_to_be_short(model: MailClassifier):
    french = (
        "Bonjour, je voudrais changer mon adresse s'il vous plaît, car nous avons déménagé la semaine dernière. "
        "Merci beaucoup de votre aide et bonne journée à toute votre équipe."
    )
    refused, short = invoke(model, [{"id": "fr", "body": french}, {"id": "short", "body": "Depot"}])
    assert refused["error"]["code"] == "UNSUPPORTED_LANGUAGE"
    assert short["reasons"][0] == "too_short"
    assert short["decision"] == "human_review"


def test_a_mail_longer_than_the_model_reads_says_so(model: MailClassifier):
    brief, long = invoke(
        model,
        [
            {"id": "a", "body": "bitte übertragen sie mein depot"},
            {"id": "b", "body": "die gebühr auf der rechnung ist falsch. " * 5000},
        ],
    )
    assert (brief["truncated"], long["truncated"]) == (False, True)


def test_the_endpoint_describes_its_model(model: MailClassifier):
    described = description_from_json(
        inference.predict_fn(inference.input_fn(b'{"describe": true}', "application/json; charset=utf-8"), model)
    )
    assert described.model_version == model.model_version
    assert described.taxonomy == model.taxonomy
    assert described.policy == model.policy


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"{}", "text/plain"),
        (b'{"emails": 3}', "application/json"),
        (b'{"emails": [], "more": 1}', "application/json"),
    ],
)
def test_an_invocation_of_another_form_is_refused_without_its_text(body: bytes, content_type: str):
    with pytest.raises(ContractError):
        inference.input_fn(body, content_type)


def test_a_mail_that_breaks_the_model_takes_no_other_with_it_and_leaves_no_text_behind(
    model: MailClassifier, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    real = MailClassifier.judge

    def fragile(self: MailClassifier, inputs: list[Any], **options: Any) -> Any:
        if any(SECRET in one.text for one in inputs):
            raise RuntimeError(f"cannot digest {SECRET}")
        return real(self, inputs, **options)

    monkeypatch.setattr(MailClassifier, "judge", fragile)
    with caplog.at_level(logging.DEBUG):
        good, bad = invoke(
            model,
            [
                {"id": "good", "body": "die gebühr auf der rechnung ist falsch"},
                {"id": "bad", "body": f"die {SECRET} gebühr"},
            ],
        )
    assert good["labels"]["queue"]["label"] == "fees"
    assert bad["error"] == {"code": "INTERNAL", "detail": "The mail could not be classified.", "retryable": True}
    assert SECRET not in caplog.text
    assert "RuntimeError" in caplog.text


def test_no_representation_of_a_mail_shows_what_it_says():
    batch = inference.input_fn(
        json.dumps({"emails": [{"id": "a", "subject": SECRET, "body": SECRET}]}), "application/json"
    )
    assert SECRET not in repr(batch)
