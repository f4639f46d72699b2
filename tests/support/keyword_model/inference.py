"""A model without machine learning, behind the four functions of the serving contract: it looks for one word.

What settings.json says under "fault" holds for every batch: ``raises``, ``seconds`` that it takes, the ``only_label``
that it knows; ``raises_on`` a word in a mail; ``starts_in`` seconds it is loaded. A subject of "sleep 0.5" takes that
many seconds, "raise" raises with the mail's text, "garbage" brings no JSON.
"""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from mailroom.policy import Policy, decide
from mailroom.prediction import ErrorCode, ItemError, Language, Prediction, Score, TaskPrediction
from mailroom.wire.endpoint import Describe, Description, description_to_json, invocation_from_json, results_to_json
from mailroom.wire.labels import taxonomy_from_json
from mailroom.wire.response import Versions

POLICY = Policy(version="p-1", routing_task="queue", target_precision=0.95, default_threshold=0.9)


@dataclass(frozen=True, kw_only=True)
class Model:
    description: Description
    raises: bool = False
    raises_on: str | None = None
    seconds: float = 0
    only_label: str | None = None
    starts_in: float = 0


def model_fn(model_dir):
    settings = json.loads((Path(model_dir) / "settings.json").read_text(encoding="utf-8"))
    taxonomy = taxonomy_from_json(settings["taxonomy"])
    described = Description(model_version=settings["model_version"], taxonomy=taxonomy, policy=POLICY)
    model = Model(description=described, **settings.get("fault", {}))
    time.sleep(model.starts_in)
    return model


def input_fn(body, content_type):
    return invocation_from_json(body)


def predict_fn(data, model):
    if isinstance(data, Describe):
        return description_to_json(model.description)
    time.sleep(model.seconds)
    if model.raises:
        raise ValueError("the model's own fault")
    for email in data.items:
        if not isinstance(email, ItemError):
            _misbehave(email)
            if model.raises_on and model.raises_on in email.body:
                raise ValueError("the model's own fault")
    if any(not isinstance(email, ItemError) and email.subject == "garbage" for email in data.items):
        return b"<html>no JSON</html>"
    known = model.description
    versions = Versions(model=known.model_version, taxonomy=known.taxonomy.version, policy=known.policy.version)
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
    known = model.description
    sure, other = ("transfers", "fees") if "depot" in email.body.lower() else ("fees", "transfers")
    if model.only_label:
        sure, other = model.only_label, next(name for name in ("transfers", "fees") if name != model.only_label)
    labels = {"queue": TaskPrediction(label=sure, confidence=0.97, alternatives=(Score(label=other, confidence=0.03),))}
    decision, reasons = decide(labels, known.policy)
    return Prediction(
        prediction_id="",
        email_id=email.id,
        model_version=known.model_version,
        taxonomy_version=known.taxonomy.version,
        labels=labels,
        decision=decision,
        reasons=reasons,
        language=Language(code="de", confidence=0.9),
        queue_target=f"crm.{sure}",
    )
