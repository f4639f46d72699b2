"""The bodies that Mailroom writes, whole."""

import pytest

from mailroom.prediction import (
    Decision,
    ErrorCode,
    ItemError,
    Language,
    Prediction,
    Reason,
    Score,
    TaskPrediction,
)
from mailroom.taxonomy import Label
from mailroom.wire.health import health_to_json
from mailroom.wire.labels import labels_page_to_json
from mailroom.wire.problem import Problem
from mailroom.wire.response import Versions, classification_response


def test_a_batch_of_one_prediction_and_one_error():
    prediction = Prediction(
        prediction_id="p",
        email_id="1",
        model_version="m",
        taxonomy_version="t",
        labels={
            "queue": TaskPrediction(
                label="fees", confidence=0.876543, alternatives=(Score(label="tax", confidence=0.1),)
            )
        },
        decision=Decision.SUGGEST,
        reasons=(Reason.BELOW_THRESHOLD,),
        language=Language(code="de", confidence=0.99999),
        queue_target="q",
        audit=True,
        truncated=True,
        evidence=("Gebühr",),
    )
    error = ItemError(email_id=None, code=ErrorCode.MODEL_TIMEOUT, detail="Late.")
    versions = Versions(model="m", taxonomy="t", policy="p")
    assert classification_response("b", versions, [prediction, error], mode="shadow") == {
        "batch_id": "b",
        "mode": "shadow",
        "model_version": "m",
        "taxonomy_version": "t",
        "policy_version": "p",
        "counts": {"ok": 1, "error": 1},
        "results": [
            {
                "id": "1",
                "status": "ok",
                "prediction_id": "p",
                "language": {"code": "de", "confidence": 1.0},
                "labels": {
                    "queue": {
                        "label": "fees",
                        "confidence": 0.8765,
                        "alternatives": [{"label": "tax", "confidence": 0.1}],
                    }
                },
                "decision": "suggest",
                "reasons": ["below_threshold"],
                "queue_target": "q",
                "truncated": True,
                "evidence": ["Gebühr"],
                "audit": True,
            },
            {"id": None, "status": "error", "error": {"code": "MODEL_TIMEOUT", "detail": "Late.", "retryable": True}},
        ],
    }


def test_only_a_late_or_broken_model_is_worth_another_try():
    assert [code for code in ErrorCode if code.retryable] == [ErrorCode.MODEL_TIMEOUT, ErrorCode.INTERNAL]


def test_a_page_of_labels():
    assert labels_page_to_json("t", [Label(id="fees", task="queue")], "next") == {
        "taxonomy_version": "t",
        "next_cursor": "next",
        "labels": [
            {
                "id": "fees",
                "task": "queue",
                "names": {},
                "description": {},
                "parents": [],
                "queue_target": None,
                "status": "active",
                "valid_from": None,
                "replaced_by": [],
            }
        ],
    }


@pytest.mark.parametrize(("endpoint", "status"), [("ok", "ok"), ("slow", "unavailable")])
def test_health(endpoint, status):
    assert health_to_json(endpoint=endpoint) == {
        "status": status,
        "model_version": None,
        "taxonomy_version": None,
        "checks": {"endpoint": endpoint},
    }


def test_a_problem_has_the_members_of_rfc_9457():
    assert Problem(413, "Too long.").to_json() == {
        "type": "about:blank",
        "title": "Payload too large",
        "status": 413,
        "detail": "Too long.",
    }
