"""Results as JSON has them, and back. Keys are the names of the dataclasses' fields, in their order."""

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from model.evaluation.errors import EvaluationError

DECIMALS = 6


def to_plain(value: Any) -> Any:
    """A value of dataclasses, mappings, tuples and scalars as JSON has it, floats rounded to 6 decimals."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [to_plain(inner) for inner in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def from_plain(value: Any, wanted: Any, where: str) -> Any:
    """``value``, as JSON has it, as the type ``wanted``; ``where`` names its place for the error.

    Raises:
        EvaluationError: it has a missing, unknown or mistyped field; one with a default may be missing, as in what an
            older version wrote.
    """
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return None if value is None else from_plain(value, inner, where)
    if origin is tuple:
        items = _expect(value, list, where)
        return tuple(from_plain(item, arguments[0], f"{where}[{number}]") for number, item in enumerate(items))
    if origin is not None and issubclass(origin, Mapping):
        items = _expect(value, dict, where)
        return {key: from_plain(item, arguments[1], f"{where}.{key}") for key, item in items.items()}
    return _decode_dataclass(value, wanted, where) if is_dataclass(wanted) else _SCALARS[wanted](value, where)


def _decode_dataclass(value: Any, wanted: Any, where: str) -> Any:
    content, types = _expect(value, dict, where), get_type_hints(wanted)
    needed = {one.name for one in fields(wanted) if one.default is MISSING and one.default_factory is MISSING}
    odd = sorted((set(content) - set(types)) | (needed - set(content)))
    if odd:
        raise EvaluationError(f"In {where}, the field {odd[0]!r} is {'unknown' if odd[0] in content else 'missing'}.")
    given = {name: kind for name, kind in types.items() if name in content}
    return wanted(**{name: from_plain(content[name], kind, f"{where}.{name}") for name, kind in given.items()})


def _expect(value: Any, kind: type, where: str) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise EvaluationError(f"In the evaluation, {where} is not {_NAMES[kind]}.")
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise EvaluationError(f"In the evaluation, {where} is not {_NAMES[float]}.")
    return float(value)


_NAMES = {dict: "an object", list: "a list", str: "a text", int: "a whole number", float: "a number"}
_SCALARS: Mapping[Any, Callable[[Any, str], Any]] = {
    float: _number,
    int: lambda value, where: _expect(value, int, where),
    str: lambda value, where: _expect(value, str, where),
}
