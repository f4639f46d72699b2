"""CloudFormation values as text: literals as they are, intrinsic functions as `${...}`."""

import json
from typing import Any


def as_text(value: Any) -> str:
    """One line that is equal for equal values: `{"Ref": "Key"}` is `${Key}`, a join is its parts put together."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, dict) and len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Ref":
            return f"${{{argument}}}"
        if function == "Fn::GetAtt":
            return f"${{{'.'.join(argument) if isinstance(argument, list) else argument}}}"
        if function == "Fn::ImportValue":
            return f"${{import {as_text(argument)}}}"
        if function == "Fn::Join":
            return as_text(argument[0]).join(as_text(part) for part in argument[1])
        if function == "Fn::Sub" and isinstance(argument, str):
            return argument
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def as_list(value: Any) -> list[Any]:
    """IAM and CloudFormation write a list of one as the one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
