"""Which declared route a request takes."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from local.accounts.inspect.rest_api import Route

_PART = re.compile(r"\{(?P<name>[^}+]+)(?P<rest>\+?)\}")


class Routes:
    """The routes by path; of several paths that fit, the one with the fewest parameters counts."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [
            (_pattern(route.path), route) for route in sorted(routes, key=lambda route: route.path.count("{"))
        ]

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route of ``path`` as it was sent, with the path's parameters; None: no such path or method."""
        for pattern, route in self._routes:
            if route.method in (method, "ANY") and (match := pattern.fullmatch(path)):
                return route, {name: unquote(value) for name, value in match.groupdict().items()}
        return None


def _pattern(path: str) -> re.Pattern[str]:
    written, end = "", 0
    for part in _PART.finditer(path):
        written += re.escape(path[end : part.start()]) + f"(?P<{part['name']}>{'.+' if part['rest'] else '[^/]+'})"
        end = part.end()
    return re.compile(written + re.escape(path[end:]))
