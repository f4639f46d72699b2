"""What the CRM gets: predictions and item errors, in request order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailroom.errors import ContractError
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
from mailroom.wire import fields

Result = Prediction | ItemError


@dataclass(frozen=True, kw_only=True, slots=True)
class Versions:
    """Which model, taxonomy and policy answered; ``policy`` is the one in force, live or fitted."""

    model: str
    taxonomy: str
    policy: str


def classification_response(
    batch_id: str, versions: Versions, results: Sequence[Result], *, mode: str
) -> dict[str, Any]:
    """The body of a 200 to POST /v1/classifications."""
    failed = sum(isinstance(result, ItemError) for result in results)
    return {
        "batch_id": batch_id,
        "mode": mode,
        "model_version": versions.model,
        "taxonomy_version": versions.taxonomy,
        "policy_version": versions.policy,
        "counts": {"ok": len(results) - failed, "error": failed},
        "results": [result_to_json(result) for result in results],
    }


def result_to_json(result: Result) -> dict[str, Any]:
    """One item of a batch's results."""
    if isinstance(result, ItemError):
        return error_to_json(result)
    return {
        "id": result.email_id,
        "status": "ok",
        "prediction_id": result.prediction_id,
        **judgement_to_json(result),
        "audit": result.audit,
    }


def error_to_json(error: ItemError) -> dict[str, Any]:
    """An item that was not classified."""
    return {
        "id": error.email_id,
        "status": "error",
        "error": {"code": error.code.value, "detail": error.detail, "retryable": error.retryable},
    }


def judgement_to_json(prediction: Prediction) -> dict[str, Any]:
    """What the model said of a mail, without the ids that the relay gives."""
    return {
        "language": {"code": prediction.language.code, "confidence": _rounded(prediction.language.confidence)},
        "labels": {task: _labels_to_json(found) for task, found in prediction.labels.items()},
        "decision": prediction.decision.value,
        "reasons": [reason.value for reason in prediction.reasons],
        "queue_target": prediction.queue_target,
        "truncated": prediction.truncated,
        "evidence": list(prediction.evidence),
    }


def _labels_to_json(found: TaskPrediction) -> dict[str, Any]:
    return {
        "label": found.label,
        "confidence": _rounded(found.confidence),
        "alternatives": [
            {"label": score.label, "confidence": _rounded(score.confidence)} for score in found.alternatives
        ],
    }


def _rounded(confidence: float) -> float:
    # Four digits say more than any calibration can, and keep the answer small.
    return round(confidence, 4)


def prediction_from_json(
    payload: Mapping[str, Any], versions: Versions, *, prediction_id: str | None = None, audit: bool = False
) -> Prediction:
    """Read a result of status ok, from the API or (with ``prediction_id``) from the endpoint.

    Raises:
        ContractError: a field is missing or has another form.
    """
    try:
        return Prediction(
            prediction_id=fields.text(
                payload["prediction_id"] if prediction_id is None else prediction_id, "prediction_id"
            ),
            email_id=fields.text(payload["id"], "id"),
            model_version=versions.model,
            taxonomy_version=versions.taxonomy,
            labels={task: _labels_from_json(found) for task, found in payload["labels"].items()},
            decision=Decision(payload["decision"]),
            language=Language(
                code=fields.text(payload["language"]["code"], "language.code"),
                confidence=_confidence(payload["language"]),
            ),
            reasons=tuple(Reason(reason) for reason in payload["reasons"]),
            queue_target=fields.optional_text(payload["queue_target"], "queue_target"),
            audit=fields.truth(payload.get("audit", audit), "audit"),
            truncated=fields.truth(payload["truncated"], "truncated"),
            evidence=tuple(fields.text(word, "A word of evidence") for word in payload["evidence"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ContractError("A prediction does not have the agreed form.") from None


def _labels_from_json(found: Mapping[str, Any]) -> TaskPrediction:
    return TaskPrediction(
        label=fields.text(found["label"], "label"),
        confidence=_confidence(found),
        alternatives=tuple(
            Score(label=fields.text(score["label"], "label"), confidence=_confidence(score))
            for score in found["alternatives"]
        ),
    )


def _confidence(found: Mapping[str, Any]) -> float:
    value = found["confidence"]
    # NaN is no number from 0 to 1 either: Python's JSON reader takes it, a caller's does not.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ContractError("A confidence must be a number from 0 to 1.")
    return value


def error_from_json(payload: Mapping[str, Any]) -> ItemError:
    """Read a result of status error; raises ContractError if it has another form."""
    try:
        return ItemError(
            email_id=fields.optional_text(payload["id"], "id"),
            code=ErrorCode(payload["error"]["code"]),
            detail=fields.text(payload["error"]["detail"], "error.detail"),
        )
    except (KeyError, TypeError, ValueError):
        raise ContractError("An item error does not have the agreed form.") from None
