"""An Evaluation as JSON and back. The file's keys are the names of the dataclasses' fields, in their order.

``tasks.queue.accuracy`` is where a pipeline's condition finds a score.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from model.evaluation.errors import EvaluationError
from model.evaluation.results import Evaluation

SCHEMA = "mailroom.evaluation/1"
DECIMALS = 6

# A row of the confusion matrix, to be written on one line. No JSON text holds a bare line break, so none can match.
_COUNTS = re.compile(r"\[\n\s+\d+(?:,\n\s+\d+)*\n\s+\]")


def evaluation_to_json(evaluation: Evaluation) -> str:
    """The evaluation as indented JSON with floats rounded to 6 decimals; equal evaluations give equal text."""
    text = json.dumps({"schema": SCHEMA, **_encode(evaluation)}, indent=2, ensure_ascii=False, allow_nan=False)
    return _COUNTS.sub(lambda row: " ".join(row[0].split()).replace("[ ", "[").replace(" ]", "]"), text) + "\n"


def evaluation_from_json(text: str) -> Evaluation:
    """Read what ``evaluation_to_json`` wrote.

    Raises:
        EvaluationError: the text is not JSON, is of another schema, or has a missing, unknown or mistyped field.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise EvaluationError("The evaluation is not valid JSON.") from None
    if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
        raise EvaluationError(f"The file is not an evaluation of the schema {SCHEMA!r}.")
    evaluation: Evaluation = _decode(document, Evaluation, "evaluation")
    return evaluation


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _encode(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_encode(inner) for inner in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def _decode(value: Any, wanted: Any, where: str) -> Any:
    """``value`` as the type ``wanted``; ``where`` names its place for the error."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return None if value is None else _decode(value, inner, where)
    if origin is tuple:
        items = _expect(value, list, where)
        return tuple(_decode(item, arguments[0], f"{where}[{number}]") for number, item in enumerate(items))
    if origin is not None and issubclass(origin, Mapping):
        items = _expect(value, dict, where)
        return {key: _decode(item, arguments[1], f"{where}.{key}") for key, item in items.items()}
    return _decode_dataclass(value, wanted, where) if is_dataclass(wanted) else _SCALARS[wanted](value, where)


def _decode_dataclass(value: Any, wanted: Any, where: str) -> Any:
    content, types = _expect(value, dict, where), get_type_hints(wanted)
    if set(content) != set(types):
        odd = sorted(set(content) ^ set(types))[0]
        raise EvaluationError(f"In {where}, the field {odd!r} is {'unknown' if odd in content else 'missing'}.")
    return wanted(**{name: _decode(content[name], kind, f"{where}.{name}") for name, kind in types.items()})


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
