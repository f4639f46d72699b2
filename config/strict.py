"""A TOML table into a frozen dataclass: every key known, every key given, every type right."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from config.errors import ConfigError

T = TypeVar("T")


def read(kind: type[T], table: Mapping[str, Any], *, where: str) -> T:
    """An instance of the dataclass ``kind`` from ``table``; ``where`` names file and table in errors.

    A field of type ``X | None`` may be left out, and is then None. Nothing else has a default.

    Raises:
        ConfigError: a key is unknown or missing, or a value has another type.
    """
    hints = typing.get_type_hints(kind)
    known = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}."
            raise ConfigError(f"{where}: there is no setting {key!r}{meant}")
    missing = [name for name in known if name not in table and not _optional(hints[name])]
    if missing:
        raise ConfigError(f"{where}: the setting {missing[0]!r} is missing.")
    values = {name: _value(hints[name], table.get(name), f"{where}, {name}") for name in known}
    try:
        return kind(**values)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from None


def _optional(hint: Any) -> bool:
    return isinstance(hint, types.UnionType) and type(None) in typing.get_args(hint)


def _value(hint: Any, value: Any, where: str) -> Any:
    if _optional(hint):
        if value is None:
            return None
        (hint,) = (kind for kind in typing.get_args(hint) if kind is not type(None))
    if dataclasses.is_dataclass(hint):
        return read(typing.cast(type, hint), _as(dict, value, where, "a table"), where=where)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return tuple(_value(arguments[0], item, where) for item in _as(list, value, where, "a list"))
    if origin is Mapping or origin is dict:
        table = _as(dict, value, where, "a table")
        return types.MappingProxyType(
            {key: _value(arguments[1], item, f"{where}.{key}") for key, item in table.items()}
        )
    if origin is typing.Literal:
        if value not in arguments:
            raise ConfigError(f"{where}: must be one of {', '.join(map(str, arguments))}, not {value!r}.")
        return value
    return _plain(hint, value, where)


def _plain(hint: Any, value: Any, where: str) -> Any:
    names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    if hint is float and type(value) is int:
        return float(value)
    return _as(hint, value, where, names[hint])


def _as(kind: type, value: Any, where: str, name: str) -> Any:
    # bool is an int to Python, and "true" instances are none to anybody.
    if type(value) is not kind:
        raise ConfigError(f"{where}: must be {name}, not {value!r}.")
    return value
