"""DynamoDB's typed JSON: each value under the name of its type, numbers as text.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
boto3 has the same in its resource layer, whose import a function's cold start need not pay for.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Value = str | bool | int | Decimal | None | Sequence[Any] | Mapping[str, Any]
"""What a row may hold. A float is no such value: it would be stored as another number than it looks like."""


def to_attribute(value: Value) -> dict[str, Any]:
    """One value; raises TypeError for what DynamoDB has no type for."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case Mapping():
            return {"M": to_attributes(value)}
        case list() | tuple():
            return {"L": [to_attribute(entry) for entry in value]}
    raise TypeError(f"a row cannot hold a {type(value).__name__}")


def to_attributes(row: Mapping[str, Value]) -> dict[str, Any]:
    """A row as DynamoDB takes it."""
    return {name: to_attribute(value) for name, value in row.items()}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The value that ``to_attribute`` wrote; numbers come back as Decimal, lists as lists."""
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return Decimal(value)
        case "M":
            return from_attributes(value)
        case "L":
            return [from_attribute(entry) for entry in value]
    return value


def from_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """A row as DynamoDB returns it."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}
