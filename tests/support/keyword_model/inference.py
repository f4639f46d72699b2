"""A model without machine learning, behind the four functions of the serving contract: it looks for one word.

A subject of "sleep 0.5" takes that many seconds, "raise" raises with the mail's text, "garbage" brings no JSON.
"""

import json
import sys
import time
from pathlib import Path

from mailroom.policy import Policy, decide
from mailroom.prediction import ErrorCode, ItemError, Language, Prediction, Score, TaskPrediction
from mailroom.wire.endpoint import Describe, Description, description_to_json, invocation_from_json, results_to_json
from mailroom.wire.labels import taxonomy_from_json
from mailroom.wire.response import Versions

POLICY = Policy(version="p-1", routing_task="queue", target_precision=0.95, default_threshold=0.9)


def model_fn(model_dir):
    settings = json.loads((Path(model_dir) / "settings.json").read_text(encoding="utf-8"))
    return Description(
        model_version=settings["model_version"], taxonomy=taxonomy_from_json(settings["taxonomy"]), policy=POLICY
    )


def input_fn(body, content_type):
    return invocation_from_json(body)


def predict_fn(data, model):
    if isinstance(data, Describe):
        return description_to_json(model)
    for email in data.items:
        if not isinstance(email, ItemError):
            _misbehave(email)
    if any(not isinstance(email, ItemError) and email.subject == "garbage" for email in data.items):
        return b"<html>no JSON</html>"
    versions = Versions(model=model.model_version, taxonomy=model.taxonomy.version, policy=model.policy.version)
    return results_to_json(versions, [_result(email, model) for email in data.items])


def output_fn(prediction, accept):
    return prediction


def _misbehave(email):
    if email.subject.startswith("sleep "):
        time.sleep(float(email.subject.split()[1]))
    if email.subject == "raise":
        print("a library that prints", file=sys.stdout)
        raise ValueError(email.body)


def _result(email, model):
    if isinstance(email, ItemError):
        return email
    if not email.body.strip():
        return ItemError(email_id=email.id, code=ErrorCode.EMPTY_TEXT, detail="The mail has no text.")
    sure, other = ("transfers", "fees") if "depot" in email.body.lower() else ("fees", "transfers")
    labels = {"queue": TaskPrediction(label=sure, confidence=0.97, alternatives=(Score(label=other, confidence=0.03),))}
    decision, reasons = decide(labels, model.policy)
    return Prediction(
        prediction_id="",
        email_id=email.id,
        model_version=model.model_version,
        taxonomy_version=model.taxonomy.version,
        labels=labels,
        decision=decision,
        reasons=reasons,
        language=Language(code="de", confidence=0.9),
        queue_target=f"crm.{sure}",
    )
