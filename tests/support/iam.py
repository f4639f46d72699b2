"""Whether a set of policy statements lets a call through, as IAM decides it: an explicit deny wins, silence denies.

Policy variables take their values from the call; one without a value matches nothing. Only the condition operators that
the policies use are known; another one is an error, not a yes.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from typing import Any

from tests.support.templates import Template, statements

Context = Mapping[str, str | Sequence[str]]
_VARIABLE = re.compile(r"\$\{(?P<key>[^}]+)\}")
_REFERENCE = re.compile(r".*Output(?:FnGetAtt|Ref)(?P<name>[A-Za-z]\w*?)[0-9A-F]{8}(?:Arn|TableArn)?[0-9A-F]{8}")

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
        _named(statement, "Action", action.lower(), str.lower, context)
        and _named(statement, "Resource", resource, str, context)
        and all(
            _holds(operator, key, [text(one) for one in _listed(wanted)], context)
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    )


def _named(statement: Mapping[str, Any], kind: str, value: str, form: Callable[[str], str], context: Context) -> bool:
    inverted = f"Not{kind}" in statement
    patterns = [form(text(one)) for one in _listed(statement[f"Not{kind}" if inverted else kind])]
    return _like(value, _filled(patterns, context)) != inverted


def _like(value: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in patterns)


def _filled(patterns: Iterable[str], context: Context) -> list[str]:
    """The patterns with the values of their variables; without those that have a variable without a value."""
    return [
        _VARIABLE.sub(lambda found: str(context[found["key"]]), pattern)
        for pattern in patterns
        if all(found["key"] in context for found in _VARIABLE.finditer(pattern))
    ]


def _listed(value: Any) -> Sequence[Any]:
    return [value] if isinstance(value, str | Mapping) else value


def _holds(operator: str, key: str, wanted: Sequence[str], context: Context) -> bool:
    if operator == "Null":
        return (key not in context) == (wanted[0] == "true")
    quantifier, _, plain = operator.rpartition(":")
    base = plain.removesuffix("IfExists")
    if key not in context:
        # None of no values is one that holds, and all of them do. A negated operator holds for what is not there, with
        # "if exists" or without.
        return quantifier != "ForAnyValue" and (quantifier == "ForAllValues" or plain != base or "Not" in base)
    values = [str(value) for value in _listed(context[key])]
    assert quantifier or len(values) == 1, f"{key} has several values: {operator} compares one"
    held = [_compare(base, value, _filled(wanted, context)) for value in values]
    return any(held) if quantifier == "ForAnyValue" else all(held)


def _compare(operator: str, value: str, wanted: Sequence[str]) -> bool:
    match operator:
        case "StringEquals" | "Bool":
            return value in wanted
        case "StringNotEquals":
            return value not in wanted
        # In ARNs the two are the same.
        case "StringLike" | "ArnLike" | "ArnEquals":
            return _like(value, wanted)
        case "StringNotLike" | "ArnNotLike" | "ArnNotEquals":
            return not _like(value, wanted)
        case "IpAddress":
            return any(ip_address(value) in ip_network(one) for one in wanted)
    raise AssertionError(f"unknown operator {operator}")
