"""The contract as the gateway is built from it."""

from copy import deepcopy
from typing import Any

import pytest

from config.errors import ConfigError
from mailroom.openapi import document
from stacks.constructs.contract import Operation, contract, operations

OPERATION: dict[str, Any] = {
    "x-mailroom-function": "classify",
    "parameters": [{"name": "If-None-Match", "in": "header"}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
}
DOCUMENT: dict[str, Any] = {
    "security": [{"ApiKey": []}],
    "paths": {"/v1/things/{id}": {"parameters": [{"name": "id", "in": "path", "required": True}], "post": OPERATION}},
}


def changed(**changes: Any) -> dict[str, Any]:
    """DOCUMENT with its one operation changed; None takes a key out."""
    copy = deepcopy(DOCUMENT)
    operation = copy["paths"]["/v1/things/{id}"]["post"]
    operation.update(changes)
    for name in [name for name, value in changes.items() if value is None]:
        del operation[name]
    return copy


def test_the_contract_is_the_document_that_the_api_serves():
    assert contract() == document()


def test_an_operation_says_who_answers_it_and_what_it_takes():
    assert operations(DOCUMENT) == [
        Operation(
            path="/v1/things/{id}",
            method="POST",
            function="classify",
            needs_key=True,
            request_schema="Thing",
            parameters={"method.request.path.id": True, "method.request.header.If-None-Match": False},
        )
    ]
    assert operations(DOCUMENT)[0].route == "POST /v1/things/{id}"


def test_an_operation_can_do_without_a_key_and_without_a_body():
    (operation,) = operations(changed(security=[], requestBody=None))
    assert (operation.needs_key, operation.request_schema) == (False, None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"x-mailroom-function": None},
            "openapi.json, POST /v1/things/{id}: name the function that answers it under 'x-mailroom-function'.",
        ),
        (
            {"requestBody": {"content": {"text/csv": {"schema": {}}}}},
            "openapi.json, POST /v1/things/{id}: its body must be application/json alone, with a schema of "
            "#/components/schemas.",
        ),
        (
            {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}},
            "openapi.json, POST /v1/things/{id}: its body must be application/json alone, with a schema of "
            "#/components/schemas.",
        ),
    ],
)
def test_an_operation_that_the_gateway_cannot_have_is_named(changes: dict[str, Any], sentence: str):
    with pytest.raises(ConfigError) as refused:
        operations(changed(**changes))
    assert str(refused.value) == sentence
