"""The four functions that SageMaker's Hugging Face container calls (its inference toolkit's handler contract).

Nothing raises for a single mail: the toolkit answers any exception with its text, and one bad mail must not fail the
others.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mailroom.errors import ContractError
from mailroom.message import Email
from mailroom.prediction import ErrorCode, ItemError, Prediction
from mailroom.wire.endpoint import (
    CONTENT_TYPE,
    Batch,
    Describe,
    Description,
    description_to_json,
    invocation_from_json,
    results_to_json,
)
from mailroom.wire.response import Result, Versions
from model.classifier.mail_classifier import Judgement, MailClassifier
from model.classifier.model_input import ModelInput

_log = logging.getLogger("mailroom.inference")


def model_fn(model_dir: str, context: Any = None) -> MailClassifier:
    """Load the unpacked archive in ``model_dir``."""
    classifier = MailClassifier.load(Path(model_dir))
    _log.info("loaded model %s", classifier.model_version)
    return classifier


def input_fn(body: bytes | str, content_type: str, context: Any = None) -> Batch | Describe:
    """Read an invocation; raises ContractError if it is not JSON of the agreed form."""
    if content_type.partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise ContractError("The endpoint reads application/json only.")
    return invocation_from_json(body)


def predict_fn(data: Batch | Describe, model: MailClassifier, context: Any = None) -> bytes:
    """Classify a batch, or describe the model; the answer is JSON already."""
    if isinstance(data, Describe):
        return description_to_json(
            Description(model_version=model.model_version, taxonomy=model.taxonomy, policy=model.policy)
        )
    versions = Versions(model=model.model_version, taxonomy=model.taxonomy.version, policy=model.policy.version)
    return results_to_json(versions, classify(data, model, versions))


def output_fn(prediction: bytes, accept: str, context: Any = None) -> bytes:
    """JSON, whatever is accepted: the endpoint speaks nothing else."""
    return prediction


def classify(batch: Batch, model: MailClassifier, versions: Versions) -> list[Result]:
    """One result per item, in order."""
    results: list[Result | None] = []
    inputs: list[ModelInput] = []
    scored: list[tuple[int, Email]] = []
    for position, item in enumerate(batch.items):
        prepared = item if isinstance(item, ItemError) else _prepare(item)
        if isinstance(prepared, ItemError):
            results.append(prepared)
        else:
            assert isinstance(item, Email)
            results.append(None)
            inputs.append(prepared)
            scored.append((position, item))
    for (position, email), judgement in zip(scored, _judge(model, inputs, batch.options.top_k), strict=True):
        results[position] = _result(email, judgement, versions)
    return [result for result in results if result is not None]


def _prepare(email: Email) -> ModelInput | ItemError:
    try:
        prepared = ModelInput.from_email(email)
    except Exception as error:  # one mail that breaks the cleaner must not take its batch with it
        _log.error("cleaning failed: %s", type(error).__name__)
        return ItemError(email_id=email.id, code=ErrorCode.INTERNAL, detail="The mail could not be cleaned.")
    if prepared.is_empty:
        return ItemError(
            email_id=email.id, code=ErrorCode.EMPTY_TEXT, detail="Neither subject nor body holds any text."
        )
    return prepared


def _judge(model: MailClassifier, inputs: Sequence[ModelInput], top_k: int) -> Sequence[Judgement | None]:
    """Judge all at once; should that fail, one by one, so that only the culprit is lost."""
    try:
        return model.judge(inputs, top_k=top_k)
    except Exception as error:
        _log.error("a batch of %d failed: %s", len(inputs), type(error).__name__)
    found: list[Judgement | None] = []
    for item in inputs:
        try:
            found += model.judge([item], top_k=top_k)
        except Exception as error:
            _log.error("a mail failed: %s", type(error).__name__)
            found.append(None)
    return found


def _result(email: Email, judgement: Judgement | None, versions: Versions) -> Result:
    if judgement is None:
        return ItemError(email_id=email.id, code=ErrorCode.INTERNAL, detail="The mail could not be classified.")
    if not judgement.supported:
        return ItemError(
            email_id=email.id,
            code=ErrorCode.UNSUPPORTED_LANGUAGE,
            detail=f"The mail is in a language ({judgement.language.code}) that the model was not trained on.",
        )
    return Prediction(
        prediction_id="",
        email_id=email.id,
        model_version=versions.model,
        taxonomy_version=versions.taxonomy,
        labels=judgement.labels,
        decision=judgement.decision,
        language=judgement.language,
        reasons=judgement.reasons,
        queue_target=judgement.queue_target,
        truncated=judgement.truncated,
    )
