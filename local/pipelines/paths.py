"""Paths into JSON, as property references and Std:JsonGet write them: ``a.b[0]['the key']``."""

import re
from typing import Any

_ITEM_NAMES = ("OutputName", "InputName", "ChannelName")
_PART = re.compile(r"(?:^|\.)(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|\[(?P<quote>['\"])(?P<key>.*?)(?P=quote)\]")


def parts_of(path: str) -> list[str | int]:
    """The names and positions on the way; raises ValueError for a text of another form."""
    parts: list[str | int] = []
    at = 0
    while at < len(path):
        found = _PART.match(path, at)
        if found is None:
            raise ValueError(f"{path!r} is not a path into JSON.")
        index = found["index"]
        parts.append(int(index) if index is not None else found["name"] or found["key"] or "")
        at = found.end()
    return parts


def value_at(content: Any, path: str) -> Any:
    """The value at a path; raises LookupError if there is none, ValueError if it is not a path.

    A name also finds the item of a list that has it: ``Outputs['dataset']``.
    """
    for part in parts_of(path):
        if isinstance(content, list) and isinstance(part, str):
            content = {item.get(name): item for item in content for name in _ITEM_NAMES if name in item}
        if not isinstance(content, list if isinstance(part, int) else dict):
            raise LookupError(path)
        content = content[part]
    return content
