"""What the emulator leaves out, and what proves it instead: a green deployment claims no more than it shows."""

from collections.abc import Iterable, Mapping
from typing import Any

# Resource type: what therefore only the assertions on the templates prove.
PROVEN_BY_TEMPLATES: Mapping[str, str] = {}


def types_in(templates: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The resource types of templates."""
    return frozenset(body["Type"] for template in templates for body in template.get("Resources", {}).values())


def ignored_types(templates: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The resource types in templates that the emulator makes nothing of, sorted."""
    # moto is slow to import, and only this needs it.
    from local.accounts.gaps.registry import known_types

    return tuple(sorted(types_in(templates) - known_types()))


def report(types: Iterable[str]) -> list[str]:
    """One line per type: what it is, and what its template assertions prove."""
    return [f"{name}: {PROVEN_BY_TEMPLATES.get(name, 'proven by nothing')}" for name in types]
