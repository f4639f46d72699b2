"""GET /v1/health: whether the model answered within the last seconds. Needs no key, tells no secret."""

from classify.services import Services
from mailroom.errors import ContractError
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.endpoint_errors import EndpointError, TimedOutError
from mailroom.lambda_runtime.messages import Request, Response, json_response
from mailroom.lambda_runtime.problems import RETRY_SECONDS
from mailroom.wire.health import OK, health_to_json

HEALTH_SECONDS = 3.0
"""Whoever asks for health wants no long answer."""


def show_health(request: Request, services: Services, deadline: Deadline) -> Response:
    """200 if the model answers; else 503, with one word on why it does not."""
    try:
        live = services.live_model.description(deadline.or_within(HEALTH_SECONDS))
    except TimedOutError:
        return _unavailable("slow")
    except EndpointError:
        return _unavailable("unreachable")
    except ContractError:
        return _unavailable("unreadable")
    return json_response(
        health_to_json(endpoint=OK, model_version=live.model_version, taxonomy_version=live.taxonomy.version)
    )


def _unavailable(endpoint: str) -> Response:
    return json_response(health_to_json(endpoint=endpoint), status=503, headers={"Retry-After": str(RETRY_SECONDS)})
