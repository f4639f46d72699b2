"""Problems that several routes have."""

from mailroom.wire.problem import Problem

RETRY_SECONDS = 5


def model_unreachable() -> Problem:
    """503: nobody behind this function answers."""
    return Problem(
        503, "The model cannot be reached at present; the request may be sent again.", retry_after=RETRY_SECONDS
    )
