"""Which function answers which method of which resource."""

from collections.abc import Callable, Mapping

from classify.classifications import classify
from classify.document import show_document
from classify.health import show_health
from classify.labels import list_labels
from classify.services import Services
from mailroom.lambda_runtime.application import Routes
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.messages import Request, Response

ROUTES: Mapping[str, Mapping[str, Callable[[Request, Services, Deadline], Response]]] = {
    "/v1/classifications": {"POST": classify},
    "/v1/labels": {"GET": list_labels},
    "/v1/health": {"GET": show_health},
    "/v1/openapi.json": {"GET": show_document},
}


def routes(services: Services) -> Routes:
    """The same with the services at hand."""

    def bound(answer: Callable[[Request, Services, Deadline], Response]) -> Callable[[Request, Deadline], Response]:
        return lambda request, deadline: answer(request, services, deadline)

    return {
        resource: {method: bound(answer) for method, answer in methods.items()} for resource, methods in ROUTES.items()
    }
