"""The public API as an OpenAPI 3.1 document: the source of the gateway's request models, the docs and the tests."""

import functools
import json
from pathlib import Path
from typing import Any


@functools.cache
def document_text() -> str:
    """The document as JSON text, as it is served."""
    return Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")


def document() -> dict[str, Any]:
    """The document, a new copy each time."""
    loaded: dict[str, Any] = json.loads(document_text())
    return loaded


def routes() -> dict[str, dict[str, bool]]:
    """Path to method (upper case) to whether a key is needed."""
    read = document()
    return {
        path: {
            method.upper(): bool(operation.get("security", read["security"]))
            for method, operation in item.items()
            if method != "parameters"
        }
        for path, item in read["paths"].items()
    }


def functions() -> dict[str, dict[str, str]]:
    """Path to method (upper case) to which Lambda function answers it."""
    return {
        path: {
            method.upper(): operation["x-mailroom-function"]
            for method, operation in item.items()
            if method != "parameters"
        }
        for path, item in document()["paths"].items()
    }
