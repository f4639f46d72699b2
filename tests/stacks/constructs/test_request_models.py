"""The contract's schemas as the gateway's request models."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator

from config.errors import ConfigError
from mailroom.openapi import document
from mailroom.wire.request import email_to_json
from stacks.constructs.request_models import request_model
from tests.support.openapi import SCHEMAS, validator_of
from tests.support.strategies import emails, quick

REQUESTS = ["ClassificationRequest", "FeedbackRequest"]
DRAFT = "http://json-schema.org/draft-04/schema#"

# Small and alike, so that limits, constants and alternatives are often met.
numbers = st.integers(-3, 3) | st.sampled_from([-1.5, 0.0, 1.0, 2.5])
plain = st.none() | st.booleans() | numbers | st.sampled_from(["", "a", "ab", "abc"])
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=6,
)
types = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
limits = st.integers(0, 3)
keywords: dict[str, st.SearchStrategy[Any]] = {
    "type": types | st.lists(types, min_size=1, max_size=3, unique=True),
    "const": plain,
    # JSON knows one zero: 0 and 0.0 are the same to a schema, as to Python; true and 1 are not.
    "enum": st.lists(plain, min_size=1, max_size=3, unique_by=lambda value: (isinstance(value, bool), value)),
    "minimum": numbers,
    "maximum": numbers,
    "exclusiveMinimum": numbers,
    "exclusiveMaximum": numbers,
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "minLength": limits,
    "maxLength": limits,
    "minItems": limits,
    "maxItems": limits,
    "uniqueItems": st.booleans(),
    "required": st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True),
    "format": st.sampled_from(["date-time", "email"]),
    "description": st.just("What it is."),
    "default": plain,
    "x-answered-per-item": st.booleans(),
}
schemas = st.recursive(
    st.fixed_dictionaries({}, optional=keywords) | st.booleans(),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            **keywords,
            "items": inner,
            "properties": st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=2),
            "additionalProperties": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "$ref": st.just("#/components/schemas/Other"),
        },
    ),
    max_leaves=4,
)
OTHER = {"type": "integer", "exclusiveMinimum": 0}


def model(schema: Any) -> dict[str, Any]:
    """The model of one schema, without what every model begins with."""
    converted = request_model("It", {"It": schema, "Other": OTHER})
    assert converted.pop("$schema") == DRAFT
    assert converted.pop("title") == "It"
    return converted


@given(schema=schemas, value=values)
def test_what_a_schema_allows_its_model_allows(schema: Any, value: Any):
    converted = model(schema)
    Draft4Validator.check_schema(converted)
    whole = {"$ref": "#/components/schemas/It", "components": {"schemas": {"It": schema, "Other": OTHER}}}
    if Draft202012Validator(whole).is_valid(value):
        Draft4Validator(converted).validate(value)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["string", "null"], "format": "date-time", "default": None}, {"type": ["string", "null"]}),
        ({"type": ["integer", "null"]}, {"type": ["number", "null"], "multipleOf": 1}),
        ({"type": ["integer", "number"]}, {"type": "number"}),
        ({"type": "integer", "multipleOf": 5}, {"allOf": [{"type": "number", "multipleOf": 1}, {"multipleOf": 5}]}),
        ({"const": "ok"}, {"enum": ["ok"]}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"minimum": 1, "exclusiveMinimum": 0}, {"minimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": 1}, {"maximum": 1, "exclusiveMaximum": True}),
        ({"maximum": 2, "exclusiveMaximum": 1}, {"allOf": [{"maximum": 2}, {"maximum": 1, "exclusiveMaximum": True}]}),
        ({"required": []}, {}),
        (True, {}),
        (False, {"not": {}}),
        (
            {"$ref": "#/components/schemas/Other"},
            {"type": "number", "multipleOf": 1, "minimum": 0, "exclusiveMinimum": True},
        ),
        ({"oneOf": [{"const": 1}, {"const": 2}]}, {"anyOf": [{"enum": [1]}, {"enum": [2]}]}),
        (
            {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "object"}, "x-answered-per-item": True},
            {"type": "array", "minItems": 1},
        ),
        ({"maxItems": 2, "items": {"const": 1}}, {"maxItems": 2, "items": {"enum": [1]}}),
    ],
)
def test_each_keyword_is_said_in_the_words_of_draft_4(schema: Any, expected: dict[str, Any]):
    assert model(schema) == expected


@pytest.mark.parametrize("keyword", ["not", "if", "patternProperties", "prefixItems", "dependentRequired", "$defs"])
def test_a_keyword_that_a_model_cannot_say_is_named(keyword: str):
    with pytest.raises(ConfigError) as refused:
        model({"type": "object", "properties": {"a": {keyword: {}}}})
    assert str(refused.value).startswith(f"openapi.json, It: the keyword {keyword!r} has no counterpart")


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        (
            {"properties": {"parent": {"$ref": "#/components/schemas/It"}}},
            "openapi.json, It: 'It' leads back to itself, which no model can say.",
        ),
        ({"$ref": "#/components/schemas/Gone"}, "openapi.json, It: there is no schema 'Gone'."),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(schema: Any, sentence: str):
    with pytest.raises(ConfigError) as refused:
        model(schema)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("name", REQUESTS)
def test_the_contracts_own_examples_pass_the_gateway(name: str):
    validator = Draft4Validator(request_model(name, SCHEMAS))
    examples = [
        example["value"]
        for item in document()["paths"].values()
        for operation in item.values()
        if operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        == {"$ref": f"#/components/schemas/{name}"}
        for example in operation["requestBody"]["content"]["application/json"]["examples"].values()
    ]
    assert examples
    for example in examples:
        validator.validate(example)


@quick
@given(
    request=st.fixed_dictionaries(
        {"emails": st.lists(emails.map(email_to_json) | values, max_size=3)},
        optional={
            "mode": st.sampled_from(["live", "shadow", "test"]),
            "options": st.fixed_dictionaries({}, optional={"top_k": numbers, "explain": plain}),
            "priority": plain,
        },
    )
)
def test_the_gateway_lets_every_request_of_the_contract_through(request: dict[str, Any]):
    if validator_of("ClassificationRequest").is_valid(request):
        Draft4Validator(request_model("ClassificationRequest", SCHEMAS)).validate(request)


@pytest.mark.parametrize("item", [None, {}, {"id": ""}, {"id": "1", "body": 2}, {"id": "1", "body": "x", "extra": 0}])
@pytest.mark.parametrize(("name", "items"), [("ClassificationRequest", "emails"), ("FeedbackRequest", "items")])
def test_a_bad_item_is_left_to_the_function_to_answer_in_its_place(name: str, items: str, item: Any):
    Draft4Validator(request_model(name, SCHEMAS)).validate({items: [item]})


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize(
    "request_body", [None, [], "text", {}, {"emails": {}, "items": {}}, {"emails": [], "items": []}]
)
def test_a_request_without_its_items_stops_at_the_gateway(name: str, request_body: Any):
    assert not Draft4Validator(request_model(name, SCHEMAS)).is_valid(request_body)


@pytest.mark.parametrize(
    "envelope", [{"mode": "test"}, {"options": {"top_k": 0}}, {"options": {"unknown": 1}}, {"priority": 1}]
)
def test_an_envelope_of_another_form_stops_at_the_gateway(envelope: dict[str, Any]):
    request = {"emails": [{"id": "1", "body": "x"}], **envelope}
    assert not Draft4Validator(request_model("ClassificationRequest", SCHEMAS)).is_valid(request)


def test_too_many_mails_pass_the_gateway_so_that_the_answer_names_the_limit():
    many = {"emails": [{"id": str(number), "body": "x"} for number in range(101)]}
    Draft4Validator(request_model("ClassificationRequest", SCHEMAS)).validate(many)
