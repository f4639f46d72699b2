"""Request models of API Gateway, which speak JSON Schema draft-04, from the contract's schemas (draft 2020-12).

A model never refuses what the contract allows; what it cannot express is left to the function.
https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from config.errors import ConfigError

DRAFT = "http://json-schema.org/draft-04/schema#"

ANSWERED_PER_ITEM = "x-answered-per-item"

Schema = Mapping[str, Any]

_PREFIX = "#/components/schemas/"

# The same in both drafts.
_KEPT = frozenset(
    {
        "enum", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties",
        "minimum", "multipleOf", "pattern", "required", "type", "uniqueItems",
    }
)  # fmt: skip
# Without effect on what is valid. `format` too: it is an annotation in the contract, but the gateway may check it, and
# an instant that the function answers for its item alone would fail the whole request.
_DROPPED = frozenset({"$comment", "default", "deprecated", "description", "examples", "format", "title"})
# Exclusive limits are numbers in the contract, and marks on the inclusive limit in draft-04.
_EXCLUSIVE: Mapping[str, tuple[str, Callable[[float, float], float]]] = {
    "exclusiveMinimum": ("minimum", max),
    "exclusiveMaximum": ("maximum", min),
}


def request_model(name: str, schemas: Schema) -> dict[str, Any]:
    """The schema ``name`` of ``schemas`` (the contract's components) for the gateway, references resolved in place.

    An array whose items are answered one by one keeps that it is an array and not empty, but neither the form of its
    items (one bad mail must not fail the others) nor its length's upper limit (a 413 that names the limit is the
    function's to give: the gateway has one answer for everything that is wrong with a body).

    Raises:
        ConfigError: a keyword that draft-04 cannot say without refusing what the contract allows, or a reference that
            leads nowhere or back to itself.
    """
    return {"$schema": DRAFT, "title": name, **_Converter(schemas).named(name, ())}


class _Converter:
    def __init__(self, schemas: Schema) -> None:
        self._schemas = schemas

    def named(self, name: str, within: tuple[str, ...]) -> dict[str, Any]:
        if name not in self._schemas:
            raise ConfigError(f"openapi.json, {'.'.join(within)}: there is no schema {name!r}.")
        if name in within:
            raise ConfigError(
                f"openapi.json, {'.'.join(within)}: {name!r} leads back to itself, which no model can say."
            )
        return self.converted(self._schemas[name], (*within, name))

    def converted(self, schema: Schema | bool, within: tuple[str, ...]) -> dict[str, Any]:
        if isinstance(schema, bool):
            # Draft-04 has no schema that is just true or false.
            return {} if schema else {"not": {}}
        per_item = schema.get(ANSWERED_PER_ITEM, False)
        parts: list[dict[str, Any]] = []
        for keyword, value in schema.items():
            if per_item and keyword in {"items", "maxItems"}:
                continue
            parts.append(self._keyword(keyword, value, within))
        parts += [_exclusive(schema, keyword) for keyword in _EXCLUSIVE if keyword in schema]
        return _together(parts)

    def _keyword(self, keyword: str, value: Any, within: tuple[str, ...]) -> dict[str, Any]:
        match keyword:
            case "$ref":
                return self.named(value.removeprefix(_PREFIX), within)
            case "properties":
                return {keyword: {name: self.converted(one, within) for name, one in value.items()}}
            case "additionalProperties" if isinstance(value, bool):
                return {keyword: value}
            case "items" | "additionalProperties":
                return {keyword: self.converted(value, within)}
            case "allOf" | "anyOf":
                return {keyword: [self.converted(one, within) for one in value]}
            case "oneOf":
                # Each alternative may have become wider, so that two of them hold where one did.
                return {"anyOf": [self.converted(one, within) for one in value]}
            case "const":
                return {"enum": [value]}
            case "type":
                return _types([value] if isinstance(value, str) else value)
            case "required" if not value:
                return {}  # draft-04 wants at least one
        if keyword in _KEPT:
            return {keyword: value}
        if keyword in _DROPPED or keyword in _EXCLUSIVE or keyword.startswith("x-"):
            return {}
        raise ConfigError(
            f"openapi.json, {'.'.join(within)}: the keyword {keyword!r} has no counterpart in a request model; "
            "say it otherwise, or teach stacks/constructs/request_models.py."
        )


def _types(types: list[str]) -> dict[str, Any]:
    # 3.0 is an integer to the contract's draft, and none to draft-04.
    known = list(dict.fromkeys("number" if one == "integer" else one for one in types))
    whole = {"multipleOf": 1} if "integer" in types and "number" not in types else {}
    return {"type": known[0] if len(known) == 1 else known, **whole}


def _exclusive(schema: Schema, keyword: str) -> dict[str, Any]:
    inclusive, stricter = _EXCLUSIVE[keyword]
    limit = schema[keyword]
    if inclusive in schema and stricter(schema[inclusive], limit) != limit:
        return {}  # the inclusive limit says more
    return {inclusive: limit, keyword: True}


def _together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema of all ``parts``; what two of them say differently goes under allOf."""
    whole: dict[str, Any] = {}
    beside: list[dict[str, Any]] = []
    for part in parts:
        if all(whole.get(keyword, value) == value for keyword, value in part.items()):
            whole |= part
        else:
            beside.append(part)
    return {"allOf": [whole, *beside]} if beside else whole
