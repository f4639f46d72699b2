"""What an execution is started with, checked against what its pipeline's definition declares."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moto.sagemaker.exceptions import ValidationError


def effective_parameters(definition: Mapping[str, Any], given: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The value of every declared parameter, of its declared type.

    Raises:
        ValidationError: one that is given is not declared, is given twice, is empty or of another type; or one without
        a default is missing.
    """
    declared = {one["Name"]: one for one in definition.get("Parameters", [])}
    texts = {one["Name"]: one["Value"] for one in given}
    if len(texts) < len(given):
        raise ValidationError(message="A pipeline parameter is given more than once.")
    if unknown := sorted(set(texts) - set(declared)):
        known = ", ".join(sorted(declared)) or "none"
        raise ValidationError(message=f"Unknown pipeline parameters: {', '.join(unknown)}; the pipeline has: {known}.")
    return {name: _value(one, texts.get(name)) for name, one in declared.items()}


def _value(declared: Mapping[str, Any], text: str | None) -> Any:
    name = declared["Name"]
    if text is None:
        if "DefaultValue" not in declared:
            raise ValidationError(message=f"The pipeline parameter {name} has no default and is not given.")
        return declared["DefaultValue"]
    if not text:
        # https://github.com/aws/sagemaker-python-sdk/issues/4016
        raise ValidationError(message=f"The pipeline parameter {name} is too short (length: 0, required minimum: 1).")
    try:
        value = _TYPES[declared["Type"]](text)
    except (KeyError, ValueError):
        raise ValidationError(message=f"The pipeline parameter {name} is not of type {declared['Type']}.") from None
    if declared.get("EnumValues") and value not in declared["EnumValues"]:
        raise ValidationError(message=f"The pipeline parameter {name} must be one of {declared['EnumValues']}.")
    return value


def _truth(text: str) -> bool:
    value = json.loads(text.lower())
    if not isinstance(value, bool):
        raise ValueError(text)
    return value


_TYPES: Mapping[str, Callable[[str], Any]] = {"String": str, "Integer": int, "Float": float, "Boolean": _truth}
