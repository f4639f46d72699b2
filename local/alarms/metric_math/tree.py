"""An expression, read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """The id of a metric or of another expression."""

    id: str


@dataclass(frozen=True, slots=True)
class Listing:
    """``[a, b]``: several of them, side by side."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """``left sign right``."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """``FUNCTION(a, b)``, the name in capitals."""

    function: str
    arguments: tuple["Expression", ...]


Expression = Number | Name | Listing | Operation | Call


def names(expression: Expression) -> frozenset[str]:
    """The ids that occur in it."""
    match expression:
        case Name(id=id):
            return frozenset({id})
        case Listing(items=parts) | Call(arguments=parts):
            return frozenset().union(*map(names, parts))
        case Operation(left=left, right=right):
            return names(left) | names(right)
        case Number():
            return frozenset()
