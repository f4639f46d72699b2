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
    if isinstance(value, dict) and _is_tag(shape.member):
        value = [{"Key": key, "Value": inner} for key, inner in value.items()]
    return [as_parameter(item, shape.member) for item in (value if isinstance(value, list) else [value])]


def _map(value: Any, shape: Any) -> Any:
    if isinstance(value, list):
        value = {item["Key"]: item["Value"] for item in value}
    return {key: as_parameter(inner, shape.value) for key, inner in value.items()}


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


def _is_tag(shape: Any) -> bool:
    return shape.type_name == "structure" and {name.lower() for name in shape.members} == {"key", "value"}


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
