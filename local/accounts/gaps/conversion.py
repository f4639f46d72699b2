"""CloudFormation properties as the parameters of the API call they stand for, guided by botocore's own models.

The two differ in spelling only: letter case, tags as a list or a map, documents as objects or as text, numbers and
truth values as text. A property that the call does not know is left out.
"""

import json
from typing import Any

from botocore.model import Shape


def as_parameter(value: Any, shape: Shape) -> Any:
    """``value`` in the form that ``shape`` asks for; raises ValueError for a number that is none."""
    convert = _CONVERSIONS.get(shape.type_name)
    return convert(value, shape) if convert else value


def _structure(value: Any, shape: Any) -> Any:
    if not isinstance(value, dict):
        return value
    given = {name.lower(): inner for name, inner in value.items()}
    return {
        name: as_parameter(given[name.lower()], member)
        for name, member in shape.members.items()
        if given.get(name.lower()) is not None
    }


def _list(value: Any, shape: Any) -> Any:
    if names := _tag_names(shape.member):
        return [dict(zip(names, tag, strict=True)) for tag in _tags(value).items()]
    return [as_parameter(item, shape.member) for item in (value if isinstance(value, list) else [value])]


def _map(value: Any, shape: Any) -> Any:
    return {key: as_parameter(inner, shape.value) for key, inner in _tags(value).items()}


def _tags(value: Any) -> dict[str, Any]:
    return {item["Key"]: item["Value"] for item in value} if isinstance(value, list) else value


def _text(value: Any, _: Shape) -> str:
    if isinstance(value, dict | list | bool):
        return json.dumps(value)
    return str(value)


def _truth(value: Any, _: Shape) -> bool:
    return value is True or str(value).lower() == "true"


def _whole_number(value: Any, _: Shape) -> int:
    return int(value)


def _number(value: Any, _: Shape) -> float:
    return float(value)


def _tag_names(shape: Any) -> tuple[str, str] | None:
    """What a service calls a tag's key and value, if ``shape`` is a tag."""
    if shape.type_name != "structure" or len(shape.members) != 2:
        return None
    first, second = shape.members
    return (first, second) if (first.lower(), second.lower()) in _TAGS else None


_TAGS = {("key", "value"), ("tagkey", "tagvalue")}
_CONVERSIONS = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _text,
    "boolean": _truth,
    "integer": _whole_number,
    "long": _whole_number,
    "float": _number,
    "double": _number,
}
