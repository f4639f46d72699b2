"""GET /v1/labels: the live model's taxonomy, in pages."""

import hashlib
import json
import re

from classify.services import Services
from mailroom.errors import ContractError
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.endpoint_errors import EndpointError
from mailroom.lambda_runtime.messages import Request, Response, cacheable_response
from mailroom.lambda_runtime.problems import model_unreachable
from mailroom.taxonomy import LabelStatus, Taxonomy
from mailroom.wire.labels import labels_page_to_json
from mailroom.wire.problem import Problem

PAGE_SIZE = 200

_CURSOR = re.compile(r"([0-9a-f]{16})-([0-9]{1,6})", re.ASCII)


def list_labels(request: Request, services: Services, deadline: Deadline) -> Response:
    """One page of labels; raises Problem."""
    status = _status(request.query.get("status"))
    taxonomy = _live_taxonomy(services, deadline, request.query.get("version"))
    labels = [label for label in taxonomy.labels if status is None or label.status is status]
    listing = _listing_id(taxonomy, status)
    start = _start(request.query.get("cursor"), listing, len(labels))
    end = start + PAGE_SIZE
    next_cursor = f"{listing}-{end}" if end < len(labels) else None
    return cacheable_response(
        request,
        json.dumps(
            labels_page_to_json(taxonomy.version, labels[start:end], next_cursor),
            ensure_ascii=False,
            separators=(",", ":"),
        ),
    )


def _status(given: str | None) -> LabelStatus | None:
    if not given:
        return None
    if given not in list(LabelStatus):
        raise Problem(422, "status must be 'draft', 'active' or 'deprecated'.")
    return LabelStatus(given)


def _live_taxonomy(services: Services, deadline: Deadline, version: str | None) -> Taxonomy:
    try:
        taxonomy = services.live_model.description(deadline).taxonomy
        if version and version != taxonomy.version:
            # A caller may know of a new model before this function does.
            taxonomy = services.live_model.description(deadline, refresh=True).taxonomy
    except (EndpointError, ContractError):
        raise model_unreachable() from None
    if version and version != taxonomy.version:
        raise Problem(404, f"Only the live taxonomy can be read; its version is {taxonomy.version!r}.")
    return taxonomy


def _listing_id(taxonomy: Taxonomy, status: LabelStatus | None) -> str:
    """What a cursor belongs to: a page of one listing must not be followed by one of another."""
    return hashlib.sha256(f"{taxonomy.version}\n{status or ''}".encode()).hexdigest()[:16]


def _start(cursor: str | None, listing: str, number: int) -> int:
    if not cursor:
        return 0
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Problem(422, "cursor must be the next_cursor of an earlier page.")
    if found[1] != listing or int(found[2]) >= number:
        raise Problem(404, "The cursor belongs to another listing; please begin again without it.")
    return int(found[2])
