"""Validators for the schemas of the OpenAPI document."""

import functools
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from mailroom.openapi import document

SCHEMAS: dict[str, Any] = document()["components"]["schemas"]


@functools.cache
def validator_of(name: str) -> Draft202012Validator:
    """A validator for one schema of the document, with its references and formats."""
    registry = Registry().with_resource("urn:mailroom", Resource.from_contents(document(), DRAFT202012))
    return Draft202012Validator(
        {"$ref": f"urn:mailroom#/components/schemas/{name}"}, registry=registry, format_checker=FormatChecker()
    )
