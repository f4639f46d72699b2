"""The API keys of a REST API's stage and the usage plans they stand under."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.front.rate_limit import Rate


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """``requests_per_day``: None for no limit."""

    id: str
    name: str
    value: str = field(repr=False)
    rate: Rate | None
    requests_per_day: int | None


def read_keys(gateway: Any, *, api_id: str, stage: str) -> tuple[ApiKey, ...]:
    """The enabled keys whose usage plan covers the stage: no other key opens it."""
    values = {key["id"]: key for key in gateway.get_api_keys(includeValues=True, limit=500)["items"]}
    return tuple(
        _key(values[member["id"]], plan)
        for plan in gateway.get_usage_plans(limit=500)["items"]
        if any((one["apiId"], one["stage"]) == (api_id, stage) for one in plan.get("apiStages", []))
        for member in gateway.get_usage_plan_keys(usagePlanId=plan["id"], limit=500)["items"]
        if values.get(member["id"], {}).get("enabled")
    )


def _key(key: Mapping[str, Any], plan: Mapping[str, Any]) -> ApiKey:
    throttle, quota = plan.get("throttle"), plan.get("quota", {})
    return ApiKey(
        id=key["id"],
        name=key["name"],
        value=key["value"],
        rate=Rate(per_second=throttle["rateLimit"], burst=throttle["burstLimit"]) if throttle else None,
        # A week's or a month's quota is not counted here: nothing runs that long.
        requests_per_day=quota.get("limit") if quota.get("period") == "DAY" else None,
    )
