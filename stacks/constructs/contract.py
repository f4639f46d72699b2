"""The public contract, mailroom/openapi/openapi.json: which operations there are, and what each asks of the gateway."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import ConfigError

JSON = "application/json"

FUNCTION_KEY = "x-mailroom-function"

_DOCUMENT = Path(__file__).parents[2] / "mailroom/openapi/openapi.json"
_PLACES = {"query": "querystring", "header": "header", "path": "path"}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method of a path. ``function``: the Lambda package that answers it. ``request_schema``: the name of the
    component schema of its body. ``parameters``: the gateway's name of each to whether it must be given."""

    path: str
    method: str
    function: str
    needs_key: bool
    request_schema: str | None
    parameters: Mapping[str, bool]

    @property
    def route(self) -> str:
        """As the configuration names it: ``POST /v1/classifications``."""
        return f"{self.method} {self.path}"


def contract() -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = json.loads(_DOCUMENT.read_text(encoding="utf-8"))
    return document


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation of ``document``; raises ConfigError for one that the gateway could not be built from."""
    return [
        _operation(path, method, details, document)
        for path, item in document["paths"].items()
        for method, details in item.items()
        if method != "parameters"
    ]


def _operation(path: str, method: str, details: Mapping[str, Any], document: Mapping[str, Any]) -> Operation:
    route = f"{method.upper()} {path}"
    if FUNCTION_KEY not in details:
        raise ConfigError(f"openapi.json, {route}: name the function that answers it under {FUNCTION_KEY!r}.")
    parameters: Sequence[Mapping[str, Any]] = [
        *document["paths"][path].get("parameters", []),
        *details.get("parameters", []),
    ]
    return Operation(
        path=path,
        method=method.upper(),
        function=details[FUNCTION_KEY],
        needs_key=bool(details.get("security", document["security"])),
        request_schema=_request_schema(route, details),
        parameters={
            f"method.request.{_PLACES[one['in']]}.{one['name']}": one.get("required", False) for one in parameters
        },
    )


def _request_schema(route: str, details: Mapping[str, Any]) -> str | None:
    content = details.get("requestBody", {}).get("content", {})
    if not content:
        return None
    reference = content.get(JSON, {}).get("schema", {}).get("$ref", "")
    if set(content) != {JSON} or not reference.startswith("#/components/schemas/"):
        raise ConfigError(
            f"openapi.json, {route}: its body must be {JSON} alone, with a schema of #/components/schemas."
        )
    return str(reference.rpartition("/")[2])
