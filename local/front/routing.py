"""Which declared path a request's path is."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from local.front.deployed_api import Method

_PART = re.compile(r"\{(?P<name>[^}+]+)(?P<rest>\+?)\}")


class Routes:
    """The methods by path; of several paths that fit, the one with the fewest parameters counts."""

    def __init__(self, methods: Iterable[Method]) -> None:
        self._methods = [
            (_pattern(method.path), method) for method in sorted(methods, key=lambda method: method.path.count("{"))
        ]

    def find(self, name: str, path: str) -> tuple[Method, Mapping[str, str]] | None:
        """The method ``name`` (or ANY) of ``path`` as it was sent, with the path's parameters; None: no such method."""
        for pattern, method in self._methods:
            if method.name in (name, "ANY") and (match := pattern.fullmatch(path)):
                return method, {key: unquote(value) for key, value in match.groupdict().items()}
        return None


def _pattern(path: str) -> re.Pattern[str]:
    written, end = "", 0
    for part in _PART.finditer(path):
        written += re.escape(path[end : part.start()]) + f"(?P<{part['name']}>{'.+' if part['rest'] else '[^/]+'})"
        end = part.end()
    return re.compile(written + re.escape(path[end:]))
