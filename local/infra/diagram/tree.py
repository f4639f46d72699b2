"""The construct tree of a synthesized app: what the code calls each resource."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.infra.assembly import read_json

# What a resource is called inside of a construct that has a name of its own.
_INNER = ("Resource", "Default", "Function", "Queue", "Group", "Bucket", "Key", "Table", "Topic", "Acl", "Plan", "Rule")


def construct_names(folder: Path) -> Mapping[tuple[str, str], str]:
    """The name in the code of each resource: from the stack's path and the logical id to words (`access logs`).

    Raises:
        AssemblyError: the tree is missing or damaged.
    """
    return dict(_names(read_json(folder / "tree.json")["tree"], ()))


def _names(node: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, str], str]]:
    path = (*above, node["id"]) if node["path"] else ()
    logical_id = node.get("attributes", {}).get("aws:cdk:cloudformation:logicalId")
    if logical_id:
        named = [part for part in path[2:] if part not in _INNER] or path[2:3]
        yield ("/".join(path[:2]), logical_id), in_words(named[-1])
    for child in node.get("children", {}).values():
        yield from _names(child, path)


def in_words(name: str) -> str:
    """`AccessLogs` as `access logs`; an abbreviation stays one word."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).lower()
