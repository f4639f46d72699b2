"""The value of an expression: one number, or one for each period that has data.

A period in which an operand has no data has none in the result, and nothing divided by zero is data.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from local.alarms.errors import AlarmError
from local.alarms.metric_math.tree import Call, Expression, Listing, Name, Number, Operation

Series = Mapping[int, float]
"""Period to value; periods without data are left out."""

Value = float | Series
_Operands = Mapping[str, Series]

_SIGNS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": lambda left, right: float(left < right),
    "<=": lambda left, right: float(left <= right),
    ">": lambda left, right: float(left > right),
    ">=": lambda left, right: float(left >= right),
    "==": lambda left, right: float(left == right),
    "!=": lambda left, right: float(left != right),
    "AND": lambda left, right: float(bool(left) and bool(right)),
    "OR": lambda left, right: float(bool(left) or bool(right)),
}
_SUMMARIES: Mapping[str, Callable[[Sequence[float]], float]] = {"MAX": max, "MIN": min, "SUM": sum}


def evaluate(expression: Expression, operands: _Operands, periods: Sequence[int]) -> Value:
    """The value over ``periods``, the metrics and other expressions being ``operands``, by id.

    Raises:
        AlarmError: an id or a function is unknown, or is used in another way than here.
    """
    match expression:
        case Number(value=value):
            return value
        case Name(id=id):
            if id not in operands:
                raise AlarmError(f"The metric math names {id!r}, which is no id of the alarm's metrics.")
            return operands[id]
        case Operation(sign=sign, left=left, right=right):
            return _combined(
                _SIGNS[sign], evaluate(left, operands, periods), evaluate(right, operands, periods), periods
            )
        case Call(function=function, arguments=arguments):
            return _called(function, arguments, operands, periods)
        case Listing():
            raise AlarmError("A list of metric math stands only in MAX, MIN or SUM.")


def _combined(sign: Callable[[float, float], float], left: Value, right: Value, periods: Sequence[int]) -> Value:
    if isinstance(left, float) and isinstance(right, float):
        return _at(sign, left, right) or 0.0
    found = {}
    for period in periods:
        one, other = _of(left, period), _of(right, period)
        if one is not None and other is not None and (value := _at(sign, one, other)) is not None:
            found[period] = value
    return found


def _at(sign: Callable[[float, float], float], left: float, right: float) -> float | None:
    try:
        return float(sign(left, right))
    except ZeroDivisionError:
        return None


def _of(value: Value, period: int) -> float | None:
    return value if isinstance(value, float) else value.get(period)


def _called(function: str, arguments: Sequence[Expression], operands: _Operands, periods: Sequence[int]) -> Value:
    match function, arguments:
        case "IF", [condition, then, otherwise]:
            return _chosen(*(evaluate(part, operands, periods) for part in (condition, then, otherwise)), periods)
        case "FILL", [metric, Number(value=filling)]:
            value = evaluate(metric, operands, periods)
            return value if isinstance(value, float) else {period: value.get(period, filling) for period in periods}
        case (("MAX" | "MIN" | "SUM"), [Listing(items=items)]):
            return _summary(_SUMMARIES[function], [evaluate(item, operands, periods) for item in items], periods)
        case (("MAX" | "MIN" | "SUM"), [metric]):
            value = evaluate(metric, operands, periods)
            return value if isinstance(value, float) else float(_SUMMARIES[function](list(value.values()) or [0.0]))
    raise AlarmError(
        f"{function} with {len(arguments)} arguments is not known here; known are IF(condition, then, otherwise), "
        "FILL(metric, number), and MAX, MIN and SUM of a metric or a list."
    )


def _chosen(condition: Value, then: Value, otherwise: Value, periods: Sequence[int]) -> Value:
    if isinstance(condition, float):
        return then if condition else otherwise
    found = {}
    for period, holds in condition.items():
        value = _of(then if holds else otherwise, period)
        if value is not None:
            found[period] = value
    return found


def _summary(of: Callable[[Sequence[float]], float], values: Sequence[Value], periods: Sequence[int]) -> Value:
    series = [value for value in values if not isinstance(value, float)]
    if not series:
        return float(of(cast("Sequence[float]", values)))
    return {
        # Of several, those without data are passed over; numbers stand beside what has data.
        period: float(of([each for value in values if (each := _of(value, period)) is not None]))
        for period in periods
        if any(period in one for one in series)
    }
