"""The tally as JSON: what the report is for programs."""

from typing import Any

from mailroom_feedback_helpers.share import Share
from mailroom_feedback_helpers.tally import Tally

DIGITS = 4


def document(tally: Tally) -> dict[str, Any]:
    """Counts, shares from 0 to 1 with their 95 % intervals, and null where there is nothing to count."""
    return {
        "month": tally.month,
        "cases": tally.cases,
        "unknown_predictions": tally.unknown,
        "reviews": {review.value: count for review, count in tally.reviews.items()},
        "tasks": {
            task: {"reviewed": _share(share), "blind_audit": _share(tally.blind_audit[task])}
            for task, share in tally.reviewed.items()
        },
        "decisions": {
            decision.value: {
                "cases": count.cases,
                "share": _rounded(Share(cases=tally.cases - tally.unknown, right=count.cases).value),
                "transferred": count.transferred,
            }
            for decision, count in tally.decisions.items()
        },
        "routing_task": tally.routing_task,
        "automatic_routing": {
            mode.value: {
                queue: {
                    "routed": routing.routed,
                    "transferred": routing.transferred,
                    "reviewed": _share(routing.reviewed),
                }
                for queue, routing in queues.items()
            }
            for mode, queues in tally.routing.items()
        },
        "models": {
            version: {"cases": count.cases, "tasks": {task: _share(share) for task, share in count.tasks.items()}}
            for version, count in tally.models.items()
        },
    }


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {
        "cases": share.cases,
        "right": share.right,
        "share": _rounded(share.value),
        "low": _rounded(low),
        "high": _rounded(high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
