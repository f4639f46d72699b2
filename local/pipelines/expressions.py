"""A pipeline definition's open values, filled in.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
"""

from collections.abc import Callable, Iterator
from typing import Any


def filled(value: Any, *, get: Callable[[str], Any], from_file: Callable[[str, str], Any]) -> Any:
    """``value`` with every expression replaced: ``get`` gives what ``Get`` names; ``from_file`` what ``Std:JsonGet``
    reads, by the reference to the property file and the path in it."""
    match value:
        case {"Get": str(name)}:
            return get(name)
        case {"Std:JsonGet": {"PropertyFile": {"Get": str(file)}, "Path": str(path)}}:
            return from_file(file, path)
        case {"Std:Join": {"On": str(separator), "Values": values}}:
            return separator.join(str(filled(one, get=get, from_file=from_file)) for one in values)
        case dict():
            return {key: filled(inner, get=get, from_file=from_file) for key, inner in value.items()}
        case list():
            return [filled(inner, get=get, from_file=from_file) for inner in value]
    return value


def references(value: Any) -> Iterator[str]:
    """Every name in a ``Get``, anywhere in a value."""
    match value:
        case {"Get": str(name)}:
            yield name
        case dict():
            for inner in value.values():
                yield from references(inner)
        case list():
            for inner in value:
                yield from references(inner)
