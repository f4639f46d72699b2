"""The functions behind an API."""

from collections.abc import Mapping
from pathlib import Path

from local.accounts.credentials import Credentials
from local.accounts.inspect.rest_api import RestApi, Route
from local.front.permission import may_invoke
from local.runtime.function import Function, deployed_function


class Functions:
    """Every function that the API calls and may call. Use as a context manager."""

    def __init__(self, credentials: Credentials, api: RestApi, *, folder: Path, redirected: Mapping[str, str]) -> None:
        """Fetch their code; parameters as of deployed_function.

        Raises:
            EmulatorError: an integration names a function that the account does not have.
        """
        permitted = [route for route in api.routes if route.function and may_invoke(credentials, api, route)]
        self._permitted = frozenset((route.path, route.method) for route in permitted)
        self._functions = {
            name: deployed_function(credentials, name, folder=folder, redirected=redirected)
            for name in sorted({route.function for route in permitted if route.function})
        }

    def of(self, route: Route) -> Function | None:
        """The function that answers ``route``; None if there is none, or its policy does not let the API call it."""
        if route.function is None or (route.path, route.method) not in self._permitted:
            return None
        return self._functions[route.function]

    def __enter__(self) -> "Functions":
        return self

    def __exit__(self, *_: object) -> None:
        for function in self._functions.values():
            function.stop()
