"""Filter patterns of CloudWatch Logs for JSON lines: ``{ ($.event = "request") && ($.ok >= 0) }``.

Comparisons of a field with a text or a number, joined by ``&&`` and ``||``, which binds less, and parentheses.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from local.alarms.errors import AlarmError

_TOKEN = re.compile(
    r'\s*(?:(?P<field>\$(?:\.\w+)+)|(?P<text>"[^"]*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign>&&|\|\||!=|<=|>=|[=<>()]))'
)
_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field of the line beside a number, or beside a text in which ``*`` stands for anything."""

    path: tuple[str, ...]
    sign: str
    value: str | float

    def matches(self, line: Mapping[str, Any]) -> bool:
        """Whether it holds; a field that is not there, or of another type, compares with nothing."""
        found = value_at(line, self.path)
        if isinstance(self.value, str):
            return isinstance(found, str) and fnmatchcase(found, _literal(self.value)) == (self.sign == "=")
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return is_number and _ORDERS[self.sign](found, self.value)


@dataclass(frozen=True, slots=True)
class Joined:
    """All or any of several."""

    parts: tuple["Pattern", ...]
    need_all: bool

    def matches(self, line: Mapping[str, Any]) -> bool:
        """Whether enough of them hold."""
        return (all if self.need_all else any)(part.matches(line) for part in self.parts)


Pattern = Comparison | Joined


def parse_pattern(text: str) -> Pattern:
    """Read a pattern; raises AlarmError for any other kind than the one above."""
    inner = re.fullmatch(r"\s*\{(.*)\}\s*", text, re.DOTALL)
    if inner is None:
        raise AlarmError(f"The filter pattern {text!r} is none for JSON lines, which stand in braces.")
    return _Parser(text, inner[1]).whole()


def value_at(line: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What a line says at a path of names; None if nothing is there."""
    found: Any = line
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def field_path(selector: str) -> tuple[str, ...]:
    """The names of a selector such as ``$.rows``; raises AlarmError."""
    if not re.fullmatch(r"\$(\.\w+)+", selector):
        raise AlarmError(f"{selector!r} selects no field of a JSON line; '$.name' would.")
    return tuple(selector.split(".")[1:])


class _Parser:
    def __init__(self, text: str, inner: str) -> None:
        self._text = text
        self._tokens = self._split(inner)

    def whole(self) -> Pattern:
        pattern = self._any()
        if self._tokens:
            raise self._error()
        return pattern

    def _any(self) -> Pattern:
        return self._joined("||", self._all, need_all=False)

    def _all(self) -> Pattern:
        return self._joined("&&", self._one, need_all=True)

    def _joined(self, sign: str, part: Callable[[], Pattern], *, need_all: bool) -> Pattern:
        parts = [part()]
        while self._tokens[:1] == [sign]:
            self._take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(tuple(parts), need_all=need_all)

    def _one(self) -> Pattern:
        if self._tokens[:1] == ["("]:
            self._take()
            pattern = self._any()
            if self._take() != ")":
                raise self._error()
            return pattern
        field, sign, value = self._take(), self._take(), self._take()
        if not field.startswith("$") or sign not in _ORDERS:
            raise self._error()
        if value.startswith('"') and sign in ("=", "!="):
            return Comparison(field_path(field), sign, value.strip('"'))
        try:
            return Comparison(field_path(field), sign, float(value))
        except ValueError:
            raise self._error() from None

    def _take(self) -> str:
        return self._tokens.pop(0) if self._tokens else ""

    def _split(self, inner: str) -> list[str]:
        tokens, position = [], 0
        while position < len(inner.rstrip()):
            found = _TOKEN.match(inner, position)
            if found is None:
                raise self._error()
            tokens.append(found[0].strip())
            position = found.end()
        return tokens

    def _error(self) -> AlarmError:
        return AlarmError(
            f"The filter pattern {self._text!r} cannot be read; fields may be compared with texts and numbers, and "
            "comparisons joined by && and ||."
        )


def _literal(text: str) -> str:
    """For fnmatch, to which brackets and question marks mean something too."""
    return re.sub(r"([\[?])", r"[\1]", text)
