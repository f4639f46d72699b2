"""EventBridge rules of the default bus, and schedules: what starts what, and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.accounts.credentials import Credentials


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a rule calls; ``settings`` are the target's own (InputTransformer, SageMakerPipelineParameters, ...)."""

    id: str
    arn: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule has a pattern of events, or a schedule (``cron(...)``, ``rate(...)``, in UTC)."""

    name: str
    enabled: bool
    pattern: Mapping[str, Any] | None
    schedule: str | None
    targets: tuple[Target, ...]


def rules(credentials: Credentials) -> tuple[Rule, ...]:
    """All rules of the default bus, by name."""
    client = credentials.client("events")
    pages = client.get_paginator("list_rules").paginate()
    found = [_rule(client, rule) for page in pages for rule in page["Rules"]]
    return tuple(sorted(found, key=lambda rule: rule.name))


def _rule(client: Any, rule: Mapping[str, Any]) -> Rule:
    pages = client.get_paginator("list_targets_by_rule").paginate(Rule=rule["Name"])
    targets = [
        Target(
            id=target["Id"],
            arn=target["Arn"],
            settings={name: value for name, value in target.items() if name not in ("Id", "Arn")},
        )
        for page in pages
        for target in page["Targets"]
    ]
    return Rule(
        name=rule["Name"],
        enabled=rule["State"] == "ENABLED",
        pattern=json.loads(rule["EventPattern"]) if "EventPattern" in rule else None,
        schedule=rule.get("ScheduleExpression"),
        targets=tuple(targets),
    )
