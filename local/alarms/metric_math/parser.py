"""From the text of an expression to its tree, by recursive descent."""

import re
from collections.abc import Sequence

from local.alarms.errors import AlarmError
from local.alarms.metric_math.tree import Call, Expression, Listing, Name, Number, Operation

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<word>[A-Za-z]\w*)|(?P<sign><=|>=|==|!=|[-+*/<>()\[\],]))"
)
_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"OR"}),
    frozenset({"AND"}),
    frozenset({"<", "<=", ">", ">=", "==", "!="}),
    frozenset({"+", "-"}),
    frozenset({"*", "/"}),
)
"""What binds least comes first."""


def parse(text: str) -> Expression:
    """Read an expression; raises AlarmError for what is none, or is not known here."""
    parser = _Parser(text)
    expression = parser.level(0)
    parser.expect_end()
    return expression


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._symbols = _symbols(text)
        self._next = 0

    def level(self, number: int) -> Expression:
        """Operations of one strength, from left to right."""
        if number == len(_LEVELS):
            return self._operand()
        expression = self.level(number + 1)
        while self._symbol in _LEVELS[number]:
            sign = self._take()
            expression = Operation(sign, expression, self.level(number + 1))
        return expression

    def expect_end(self) -> None:
        """Nothing may be left."""
        if self._symbol:
            raise self._error()

    @property
    def _symbol(self) -> str:
        return self._symbols[self._next] if self._next < len(self._symbols) else ""

    def _take(self) -> str:
        symbol = self._symbol
        self._next += 1
        return symbol

    def _operand(self) -> Expression:
        symbol = self._take()
        if symbol == "-":
            return Operation("-", Number(0.0), self._operand())
        if symbol == "(":
            inner = self.level(0)
            self._expect(")")
            return inner
        if symbol == "[":
            return Listing(self._several("]"))
        if re.fullmatch(r"[a-z]\w*", symbol):
            return Name(symbol)
        if re.fullmatch(r"[A-Z]\w*", symbol) and self._symbol == "(":
            self._take()
            return Call(symbol, self._several(")"))
        try:
            return Number(float(symbol))
        except ValueError:
            raise self._error() from None

    def _several(self, end: str) -> tuple[Expression, ...]:
        items = [self.level(0)]
        while self._symbol == ",":
            self._take()
            items.append(self.level(0))
        self._expect(end)
        return tuple(items)

    def _expect(self, symbol: str) -> None:
        if self._take() != symbol:
            raise self._error()

    def _error(self) -> AlarmError:
        return AlarmError(f"The metric math {self._text!r} cannot be read: look at the alarm's expression.")


def _symbols(text: str) -> Sequence[str]:
    symbols: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        found = _TOKEN.match(text, position)
        if found is None:
            raise AlarmError(f"The metric math {text!r} cannot be read from {text[position:].strip()!r} on.")
        symbols.append(found[0].strip())
        position = found.end()
    return symbols
