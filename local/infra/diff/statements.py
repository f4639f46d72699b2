"""IAM statements taken apart, so that two templates can be compared permission by permission."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from local.infra.intrinsics import as_list, as_text

# "Everything but these": compared as a whole, since what it leaves out cannot be listed.
EXCEPT = "everything but "


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One principal, action and resource of one statement, under its conditions.

    ``place`` is what the policy hangs on: `role X` or `bucket Y`. ``conditions`` are pairs of operator and key with
    the allowed values; all must hold.
    """

    place: str
    allow: bool
    principal: str
    action: str
    resource: str
    conditions: tuple[tuple[str, str, frozenset[str]], ...]

    def __str__(self) -> str:
        who = "" if self.principal == self.place else f" to {self.principal}"
        limits = "; ".join(f"{key} {operator} {', '.join(sorted(values))}" for operator, key, values in self.conditions)
        return f"{self.place}: {self.action} on {self.resource}{who}{f' if {limits}' if limits else ''}"


def permissions(document: Mapping[str, Any], *, place: str, own: str | None = None) -> Iterator[Permission]:
    """The permissions of a policy document that hangs on ``place``.

    ``own`` is the resource that a statement without one speaks of (a trust policy's role); a statement without a
    principal speaks of ``place`` itself.
    """
    for statement in as_list(document.get("Statement")):
        conditions = tuple(
            sorted(
                (
                    (operator, key, frozenset(as_text(value) for value in as_list(values)))
                    for operator, keys in statement.get("Condition", {}).items()
                    for key, values in keys.items()
                ),
                key=lambda condition: condition[:2],
            )
        )
        combinations = product(
            _principals(statement, place),
            _either(statement, "Action"),
            _either(statement, "Resource") or [own or "*"],
        )
        for principal, action, resource in combinations:
            yield Permission(
                place=place,
                allow=statement["Effect"] == "Allow",
                principal=principal,
                action=action.lower(),
                resource=resource,
                conditions=conditions,
            )


def _either(statement: Mapping[str, Any], key: str) -> list[str]:
    if f"Not{key}" in statement:
        return [EXCEPT + ", ".join(sorted(as_text(value) for value in as_list(statement[f"Not{key}"])))]
    return [as_text(value) for value in as_list(statement.get(key))]


def _principals(statement: Mapping[str, Any], place: str) -> list[str]:
    if "NotPrincipal" in statement:
        return [EXCEPT + as_text(statement["NotPrincipal"])]
    principal = statement.get("Principal")
    if principal is None:
        return [place]
    if not isinstance(principal, Mapping):
        return [as_text(principal)]
    if "Ref" in principal or any(key.startswith("Fn::") for key in principal):
        return [as_text(principal)]
    # {"AWS": "*"} is anybody, as "*" is.
    return [
        text if text == "*" and kind == "AWS" else f"{kind} {text}"
        for kind, values in principal.items()
        for text in map(as_text, as_list(values))
    ]
