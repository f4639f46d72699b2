"""Whether the conditions of a condition step hold.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-condition
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.pipelines.errors import StepFailedError

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}


def all_hold(conditions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every condition, its expressions already filled in, holds.

    Raises:
        StepFailedError: a condition is of an unknown kind, or compares what cannot be compared.
    """
    return all(_holds(one) for one in conditions)


def _holds(condition: Mapping[str, Any]) -> bool:
    match condition:
        case {"Type": "Not", "Expression": inner}:
            return not _holds(inner)
        case {"Type": "Or", "Conditions": several}:
            return any(_holds(one) for one in several)
        case {"Type": "And", "Conditions": several}:
            return all_hold(several)
        case {"Type": "In", "QueryValue": value, "Values": values}:
            return value in values
        case {"Type": str(kind), "LeftValue": left, "RightValue": right} if kind in _COMPARISONS:
            return _compare(kind, left, right)
    raise StepFailedError(f"ClientError: A condition of the type {condition.get('Type')} cannot be evaluated.")


def _compare(kind: str, left: Any, right: Any) -> bool:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (left, right))
    if kind != "Equals" and not numbers:
        raise StepFailedError(f"ClientError: The condition {kind} compares numbers, but was given something else.")
    return _COMPARISONS[kind](left, right)
