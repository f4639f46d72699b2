"""The report in a few lines, for the task's log."""

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]
"""What ``document.document`` makes."""


def summary(document: Document) -> str:
    """Cases, accuracy per task, and how right automatic routing was."""
    month = document["month"]
    if not document["cases"]:
        return f"No feedback was recorded in {month}."
    reviews = ", ".join(f"{count} {review.replace('_', ' ')}" for review, count in document["reviews"].items())
    lines = [f"Feedback of {month}: {document['cases']} cases ({reviews})."]
    if document["unknown_predictions"]:
        lines.append(f"  {document['unknown_predictions']} of them are about no prediction that the ledger has.")
    lines += [f"  {task}: {percent(scores['reviewed'])}" for task, scores in document["tasks"].items()]
    for mode, queues in document["automatic_routing"].items():
        routed = sum(queue["routed"] for queue in queues.values())
        seen = [queue["reviewed"] for queue in queues.values()]
        right, cases = (sum(share[key] for share in seen) for key in ("right", "cases"))
        lines.append(f"  routed automatically ({mode}): {routed}, of {cases} reviewed {right} to the right queue")
    return "\n".join(lines)


def percent(share: Mapping[str, Any]) -> str:
    """``91.2 % of 57 (80.9 % to 96.1 %)``."""
    if share["share"] is None:
        return "no case reviewed"
    return f"{share['share']:.1%} of {share['cases']} ({share['low']:.1%} to {share['high']:.1%})"
