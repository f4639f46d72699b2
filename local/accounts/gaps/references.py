"""Which resources of a template a resource needs, and so in which order they are made."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_SUBSTITUTED = re.compile(r"\$\{([^!.}][^.}]*)")


def in_dependency_order(resources: Mapping[str, Any]) -> list[str]:
    """Logical ids, each after those that it refers to; as in the template otherwise."""
    ordered: dict[str, None] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        # A circle is refused by CloudFormation; here its members stand in the template's order.
        if name in ordered or name in above:
            return
        for needed in needs(resources[name]):
            if needed in resources:
                add(needed, (*above, name))
        ordered[name] = None

    for name in resources:
        add(name, ())
    return list(ordered)


def needs(resource: Mapping[str, Any]) -> Iterator[str]:
    """The names that a resource refers to: resources, but parameters and pseudo parameters too."""
    depends_on = resource.get("DependsOn", [])
    yield from [depends_on] if isinstance(depends_on, str) else depends_on
    yield from _references(resource.get("Properties", {}))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner.partition(".")[0] if isinstance(inner, str) else inner[0]
            else:
                if key == "Fn::Sub":
                    text = inner if isinstance(inner, str) else inner[0]
                    yield from _SUBSTITUTED.findall(text)
                yield from _references(inner)
