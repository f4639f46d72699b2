"""Whether a set of policy statements lets a call through, as IAM decides it: an explicit deny wins, silence denies.

Only the condition operators that the policies use are known; another one is an error, not a yes.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tests.support.templates import Template, statements

Context = Mapping[str, str]
_REFERENCE = re.compile(r".*Output(?:FnGetAtt|Ref)(?P<name>[A-Za-z]+?)[0-9A-F]{8}(?:Arn|TableArn)?[0-9A-F]{8}")

_HASHED = re.compile(r"[A-Za-z0-9]+[0-9A-F]{8}")


def text(value: Any) -> str:
    """A value of a template as text; what another resource has, as ``arn:LogicalName`` without CDK's hash."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return separator.join(text(part) for part in parts)
    if "Fn::ImportValue" in value:
        found = _REFERENCE.fullmatch(value["Fn::ImportValue"])
        assert found is not None, value
        return f"arn:{found['name']}"
    if "Fn::GetAtt" in value:
        return f"arn:{value['Fn::GetAtt'][0][:-8]}"
    if "Ref" in value:
        return f"arn:{value['Ref'][:-8]}" if _HASHED.fullmatch(value["Ref"]) else value["Ref"]
    raise AssertionError(f"unknown: {value}")


def role_statements(template: Template, name: str) -> list[dict[str, Any]]:
    """The statements of the role called ``name``."""
    found = [
        role["Properties"]
        for role in template.of_type("AWS::IAM::Role").values()
        if role["Properties"].get("RoleName") == name
    ]
    assert len(found) == 1, f"{template.name}: {len(found)} roles are called {name}"
    return [one for policy in found[0].get("Policies", []) for one in statements(policy["PolicyDocument"])]


def allows(
    policy: Iterable[Mapping[str, Any]], action: str, resource: str = "*", context: Context | None = None
) -> bool:
    """Whether ``policy`` lets ``action`` on ``resource`` through; ``context``: condition key to value."""
    effects = {one["Effect"] for one in policy if _applies(one, action, resource, context or {})}
    return effects == {"Allow"}


def _applies(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    return (
        _named(statement, "Action", action.lower(), str.lower)
        and _named(statement, "Resource", resource, str)
        and all(
            _holds(operator, key, wanted, context)
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    )


def _named(statement: Mapping[str, Any], kind: str, value: str, form: Callable[[str], str]) -> bool:
    if f"Not{kind}" in statement:
        return not _any(statement[f"Not{kind}"], value, form)
    return _any(statement[kind], value, form)


def _any(patterns: Any, value: str, form: Callable[[str], str]) -> bool:
    return any(fnmatchcase(value, form(text(pattern))) for pattern in _listed(patterns))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _holds(operator: str, key: str, wanted: Any, context: Context) -> bool:
    if operator == "Null":
        return (key not in context) == (text(wanted) == "true")
    base = operator.removesuffix("IfExists")
    if key not in context:
        # A negated operator holds for what is not there.
        return operator != base or base.startswith("StringNot")
    match base:
        case "StringEquals" | "Bool" | "ArnEquals":
            return context[key] in [text(one) for one in _listed(wanted)]
        case "StringNotEquals":
            return context[key] not in [text(one) for one in _listed(wanted)]
        case "StringLike" | "ArnLike":
            return _any(wanted, context[key], str)
    raise AssertionError(f"unknown operator {operator}")
