"""GET /v1/openapi.json."""

from classify.services import Services
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.messages import Request, Response, cacheable_response
from mailroom.openapi import document_text


def show_document(request: Request, services: Services, deadline: Deadline) -> Response:
    """The API's own description."""
    return cacheable_response(request, document_text())
