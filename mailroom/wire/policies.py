"""The policy as JSON, in the model archive."""

from typing import Any

from mailroom.errors import ContractError
from mailroom.policy import Policy


def policy_to_json(policy: Policy) -> dict[str, Any]:
    """The policy; ``policy_from_json`` reads it back to an equal object."""
    return {
        "policy_version": policy.version,
        "routing_task": policy.routing_task,
        "target_precision": policy.target_precision,
        "default_threshold": policy.default_threshold,
        "thresholds": dict(policy.thresholds),
        "review_floor": policy.review_floor,
        "paused": sorted(policy.paused),
    }


def policy_from_json(payload: Any) -> Policy:
    """Read a policy; raises ContractError if it has another form."""
    try:
        return Policy(
            version=payload["policy_version"],
            routing_task=payload["routing_task"],
            target_precision=float(payload["target_precision"]),
            default_threshold=float(payload["default_threshold"]),
            thresholds={label: float(value) for label, value in payload["thresholds"].items()},
            review_floor=float(payload["review_floor"]),
            paused=frozenset(payload["paused"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ContractError("The policy does not have the agreed form.") from None
