"""The registry's event, as EventBridge puts it into the queue."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.errors import StateChangeError

DETAIL_TYPE = "SageMaker Model Package State Change"
_REJECTED = "Rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class StateChange:
    """Something about a model package changed; what exactly is asked of the registry, not read from here.

    But for one thing, of which the registry keeps no record: whether ``at`` this time the package was ``rejected``.
    ``group`` is None for a package that belongs to no group, ``number`` for one without versions.
    """

    group: str | None
    package_arn: str
    number: int | None
    rejected: bool
    at: datetime


def state_change_from_json(body: str) -> StateChange:
    """Read an event; members that AWS may add are no error. Raises StateChangeError.

    ``source`` is left to the rule that let the event in: AWS documents it both as a string and as a list.
    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """
    try:
        event = json.loads(body)
    except ValueError:
        raise StateChangeError("The message must be a JSON object, as EventBridge sends it.") from None
    if not isinstance(event, dict):
        raise StateChangeError("The message must be a JSON object, as EventBridge sends it.")
    if event.get("detail-type") != DETAIL_TYPE:
        raise StateChangeError(f"The message's detail-type must be \"{DETAIL_TYPE}\": check the rule's event pattern.")
    detail = event.get("detail")
    if not isinstance(detail, dict):
        raise StateChangeError("The message's detail must be a JSON object.")
    return StateChange(
        group=_text(detail, "ModelPackageGroupName") if "ModelPackageGroupName" in detail else None,
        package_arn=_text(detail, "ModelPackageArn"),
        number=_number(detail) if "ModelPackageVersion" in detail else None,
        rejected=detail.get("ModelApprovalStatus") == _REJECTED,
        at=_time(event),
    )


def _number(detail: dict[str, Any]) -> int:
    number = detail["ModelPackageVersion"]
    if not isinstance(number, int) or isinstance(number, bool):
        raise StateChangeError("The message's detail.ModelPackageVersion must be a number.")
    return number


def _time(event: dict[str, Any]) -> datetime:
    try:
        time = datetime.fromisoformat(event["time"])
    except (KeyError, TypeError, ValueError):
        raise StateChangeError("The message's time must be one such as 2026-01-31T12:00:00Z.") from None
    if time.tzinfo is None:
        raise StateChangeError("The message's time must be one such as 2026-01-31T12:00:00Z.")
    return time


def _text(detail: dict[str, Any], name: str) -> str:
    value = detail.get(name)
    if not isinstance(value, str) or not value:
        raise StateChangeError(f"The message's detail.{name} must be a text.")
    return value
