"""A pipeline definition's open values, filled in."""

from collections.abc import Callable, Mapping
from typing import Any


def filled(value: Any, *, get: Callable[[str], str], from_file: Mapping[str, str]) -> Any:
    """``value`` with every expression replaced: ``get`` gives what ``Get`` names, ``from_file`` what ``Std:JsonGet``
    reads at a path.

    https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
    """
    match value:
        case {"Get": str(name)}:
            return get(name)
        case {"Std:JsonGet": {"Path": str(path)}}:
            return from_file[path]
        case {"Std:Join": {"On": str(separator), "Values": values}}:
            return separator.join(str(filled(one, get=get, from_file=from_file)) for one in values)
        case dict():
            return {key: filled(inner, get=get, from_file=from_file) for key, inner in value.items()}
        case list():
            return [filled(inner, get=get, from_file=from_file) for inner in value]
    return value
