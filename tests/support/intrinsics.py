"""CloudFormation's functions inside texts."""

from collections.abc import Mapping
from typing import Any


def rendered(value: Any) -> str | None:
    """A text with CloudFormation's functions as ``<LogicalId.Attribute>``, as cdk-nag writes them; None for what makes
    no text."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    ((function, argument),) = value.items()
    if function == "Ref":
        return f"<{argument}>"
    if function == "Fn::GetAtt":
        return f"<{argument if isinstance(argument, str) else '.'.join(argument)}>"
    if function == "Fn::ImportValue":
        return str(argument)
    if function == "Fn::Sub":
        return argument if isinstance(argument, str) else argument[0]
    if function == "Fn::Join":
        parts = [rendered(part) for part in argument[1]]
        return None if None in parts else argument[0].join(part for part in parts if part is not None)
    return None
