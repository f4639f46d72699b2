"""Errors of a whole request, as application/problem+json (RFC 9457). They never hold mail text."""

from typing import Any

from mailroom.errors import MailroomError

MEDIA_TYPE = "application/problem+json"

_TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Payload too large",
    415: "Unsupported media type",
    422: "Unprocessable content",
    429: "Too many requests",
    500: "Internal error",
    503: "Service unavailable",
}


class Problem(MailroomError):
    """A request that is answered as a whole with an HTTP error; ``detail`` is one sentence for the caller."""

    def __init__(self, status: int, detail: str, *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after
        """Seconds, for 429 and 503."""

    def to_json(self) -> dict[str, Any]:
        """The body of the answer (RFC 9457, section 3)."""
        return {"type": "about:blank", "title": _TITLES[self.status], "status": self.status, "detail": self.detail}
