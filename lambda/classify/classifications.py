"""POST /v1/classifications."""

import uuid
from collections import Counter
from dataclasses import replace

from classify import logs
from classify.chunks import Numbered
from classify.deadline import Deadline
from classify.endpoint import EndpointError
from classify.messages import Request, Response, json_response
from classify.problems import model_unreachable
from classify.relay import Outcome, relay
from classify.services import Services
from mailroom.message import Email
from mailroom.prediction import ItemError
from mailroom.wire.problem import Problem
from mailroom.wire.request import media_type_is_json, parse_classification_request, parse_json
from mailroom.wire.response import Result, classification_response


def classify(request: Request, services: Services, deadline: Deadline) -> Response:
    """Classify a batch; raises Problem for what is wrong with the request as a whole."""
    if not media_type_is_json(request.headers):
        raise Problem(415, "The request body must be application/json.")
    asked = parse_classification_request(parse_json(request.body))
    emails = [
        Numbered(position=position, email=item) for position, item in enumerate(asked.items) if isinstance(item, Email)
    ]
    outcome = relay(emails, asked.options, services.endpoint, deadline)
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
    payload = classification_response(uuid.uuid4().hex, versions, results, mode=asked.mode.value)
    return json_response(
        payload,
        facts={
            **payload["counts"],
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
