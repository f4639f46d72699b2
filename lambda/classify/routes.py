"""Which function answers which method of which resource."""

from collections.abc import Callable, Mapping

from classify.classifications import classify
from classify.deadline import Deadline
from classify.document import show_document
from classify.health import show_health
from classify.labels import list_labels
from classify.messages import Request, Response
from classify.services import Services

Route = Callable[[Request, Services, Deadline], Response]

ROUTES: Mapping[str, Mapping[str, Route]] = {
    "/v1/classifications": {"POST": classify},
    "/v1/labels": {"GET": list_labels},
    "/v1/health": {"GET": show_health},
    "/v1/openapi.json": {"GET": show_document},
}
