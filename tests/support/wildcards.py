"""Every wildcard of every policy document in a template, whatever resource holds it."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.support.construct_paths import Synthesized
from tests.support.intrinsics import rendered
from tests.support.reviewed import Wildcard

_KEYS = ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal")


def wildcards(stack: Synthesized) -> Iterator[Wildcard]:
    """The wildcards of one stack's policies."""
    for logical_id, resource in stack.template.get("Resources", {}).items():
        for document in documents(resource.get("Properties", {})):
            yield from of_document(document, at=stack.paths[logical_id], anywhere=stack.anywhere)


def of_document(document: Mapping[str, Any], *, at: str, anywhere: Callable[[str], str] = str) -> Iterator[Wildcard]:
    """The wildcards of one policy document; ``anywhere`` takes out what belongs to one environment."""
    for statement in _listed(document["Statement"]):
        for key in _KEYS:
            for value in _texts(statement.get(key, [])):
                if "*" in value or "?" in value:
                    yield Wildcard(at=at, sid=statement.get("Sid", ""), what=anywhere(f"{key} {value}"))


def documents(value: Any) -> Iterator[Mapping[str, Any]]:
    """The policy documents anywhere inside a resource's properties, those written as text too."""
    text = rendered(value)
    if text is not None:
        if text.lstrip().startswith("{") and '"Statement"' in text:
            yield json.loads(text)
    elif isinstance(value, Mapping):
        if "Statement" in value:
            yield value
        else:
            for inner in value.values():
                yield from documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from documents(inner)


def _texts(value: Any) -> Iterator[str]:
    text = rendered(value)
    if text is not None:
        yield text
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif set(value) <= {"AWS", "Service", "Federated", "CanonicalUser"}:
        for inner in value.values():
            yield from _texts(inner)
    else:
        # A function that chooses (Fn::If, Fn::Select): its whole text, so that no wildcard in it hides.
        yield json.dumps(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
