"""POST /v1/classifications."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from classify.chunks import Numbered
from classify.ledger import Unwritten
from classify.relay import Outcome, relay
from classify.services import Services
from classify.summary import confidence_facts, label_mix, model_facts, relay_facts
from mailroom.lambda_runtime import logs
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.endpoint_errors import EndpointError
from mailroom.lambda_runtime.messages import Request, Response, json_response
from mailroom.lambda_runtime.problems import model_unreachable
from mailroom.ledger import RecordedPrediction
from mailroom.message import Email
from mailroom.prediction import ItemError, Prediction
from mailroom.wire.problem import Problem
from mailroom.wire.request import media_type_is_json, parse_classification_request, parse_json
from mailroom.wire.response import Result, classification_response

LEDGER_SECONDS = 0.3
"""Kept back from the deadline for the ledger, so that what a slow model answered at last is still recorded."""


def classify(request: Request, services: Services, deadline: Deadline) -> Response:
    """Classify a batch and record it; raises Problem for what is wrong with the request as a whole."""
    client_id = request.client()
    if not media_type_is_json(request.headers):
        raise Problem(415, "The request body must be application/json.")
    asked = parse_classification_request(parse_json(request.body))
    emails = [
        Numbered(position=position, email=item) for position, item in enumerate(asked.items) if isinstance(item, Email)
    ]
    kept_back = min(LEDGER_SECONDS, deadline.remaining() / 4)
    outcome = relay(emails, asked.options, services.endpoint, deadline.sooner_by(kept_back))
    _log_failures(outcome, request.request_id)
    if outcome.unreachable:
        raise model_unreachable()
    if outcome.versions is not None:
        services.live_model.answered(outcome.versions)
    versions = outcome.versions or services.live_model.versions(deadline)
    results = [
        item if isinstance(item, ItemError) else _perhaps_audited(outcome.results[position], services)
        for position, item in enumerate(asked.items)
    ]
    batch_id = uuid.uuid4().hex
    recorded_at = datetime.now(UTC)
    predicted = {position: result for position, result in enumerate(results) if isinstance(result, Prediction)}
    recorded = [
        RecordedPrediction(
            client_id=client_id,
            batch_id=batch_id,
            mode=asked.mode,
            policy_version=outcome.versions_of[position].policy,
            recorded_at=recorded_at,
            prediction=prediction,
        )
        for position, prediction in predicted.items()
    ]
    _log_unwritten(services.ledger.record(recorded, deadline), request.request_id)
    _log_label_mix(list(predicted.values()), request.request_id)
    jumps = services.label_mixes.jumps(predicted.values())
    _log_models(outcome, jumps, request.request_id)
    payload = classification_response(batch_id, versions, results, mode=asked.mode.value)
    return json_response(
        payload,
        facts={
            **payload["counts"],
            **confidence_facts(list(predicted.values())),
            **relay_facts(outcome.results.values(), jumps),
            "mode": asked.mode.value,
            "invocations": outcome.invocations,
            "model_version": versions.model,
        },
    )


def _perhaps_audited(result: Result, services: Services) -> Result:
    if isinstance(result, ItemError) or services.random.random() >= services.audit_share:
        return result
    return replace(result, audit=True)


def _log_failures(outcome: Outcome, request_id: str) -> None:
    reasons = Counter(
        failure.reason if isinstance(failure, EndpointError) else type(failure).__name__ for failure in outcome.failures
    )
    for reason, times in reasons.items():
        logs.write("invocation_failed", {"request_id": request_id, "reason": reason, "times": times}, level="warning")


def _log_label_mix(predictions: Sequence[Prediction], request_id: str) -> None:
    for (task, label), mails in label_mix(predictions).items():
        logs.write("labelled", {"request_id": request_id, "task": task, "label": label, "mails": mails})


def _log_models(outcome: Outcome, jumps: Mapping[str, float], request_id: str) -> None:
    """A line for each model that answered: while a new one takes over, the alarms are on that one alone."""
    for model, facts in model_facts(outcome.results, outcome.versions_of, jumps).items():
        logs.write("answered", {"request_id": request_id, "model_version": model, **facts})


def _log_unwritten(unwritten: Sequence[Unwritten], request_id: str) -> None:
    """One line for the alarm: the caller has its answer, but these predictions cannot be joined with feedback."""
    if unwritten:
        logs.write(
            "ledger_failed",
            {
                "request_id": request_id,
                "rows": sum(one.rows for one in unwritten),
                "reasons": ", ".join(sorted({one.reason for one in unwritten})),
            },
            level="error",
        )
