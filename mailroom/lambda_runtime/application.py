"""One event in, one answer out: routing, problems and the log line."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mailroom.lambda_runtime import logs
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.messages import Request, Response, problem_response, request_from_event, request_id
from mailroom.wire.problem import Problem

ANSWER_SECONDS = 0.2
"""Kept back from the deadline for reading the request and writing the answer."""

DEFAULT_DEADLINE_SECONDS = 8.0
"""Salesforce gives a call-out 10 seconds by default."""

Route = Callable[[Request, Deadline], Response]
Routes = Mapping[str, Mapping[str, Route]]
"""Resource to method (upper case) to what answers it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """A function once it is set up. ``deadline_seconds``: how long a whole call may take."""

    routes: Routes
    deadline_seconds: float = DEFAULT_DEADLINE_SECONDS

    def answer(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer one proxy event; never raises."""
        begun = time.monotonic()
        route = "unknown"
        try:
            request = request_from_event(event, context)
            route = f"{request.method} {request.resource}" if request.resource in self.routes else "unknown"
            response = self._dispatch(request, self._deadline(context))
        except Problem as problem:
            response = problem_response(problem)
        except Exception as error:
            logs.write(
                "failure",
                {
                    "request_id": request_id(event, context),
                    "exception": type(error).__name__,
                    "place": logs.place(error),
                },
                level="error",
            )
            response = _internal_error(request_id(event, context))
        logs.write(
            "request",
            {
                "route": route,
                "status": response.status,
                "request_id": request_id(event, context),
                "milliseconds": round(1000 * (time.monotonic() - begun), 1),
                **response.facts,
            },
        )
        return response.to_proxy(request_id(event, context))

    def _dispatch(self, request: Request, deadline: Deadline) -> Response:
        methods = self.routes.get(request.resource)
        if methods is None:
            raise Problem(404, "There is no such resource.")
        route = methods.get(request.method)
        if route is None:
            return problem_response(
                Problem(405, "This resource does not know that method."), {"Allow": ", ".join(sorted(methods))}
            )
        return route(request, deadline)

    def _deadline(self, context: Any) -> Deadline:
        left = context.get_remaining_time_in_millis() / 1000
        return Deadline.within(min(self.deadline_seconds, left) - ANSWER_SECONDS)


def _internal_error(request_id: str) -> Response:
    """The answer to what nobody foresaw: an id to ask under, and nothing else."""
    return problem_response(Problem(500, f"The request failed; please give the request id {request_id} when asking."))


def refusal(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """The answer of a function that could not be set up."""
    return _internal_error(request_id(event, context)).to_proxy(request_id(event, context))
