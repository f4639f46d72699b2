"""The functions behind an API, each started when it is first called and the API may call it."""

from pathlib import Path

from local.accounts.credentials import Credentials
from local.front.deployed_api import DeployedApi, Method
from local.front.permission import may_invoke
from local.runtime.function import Function, deployed_function


class Functions:
    """Use as a context manager; ``redirected`` as in local/runtime/environment.py."""

    def __init__(
        self, credentials: Credentials, api: DeployedApi, *, folder: Path, redirected: dict[str, str]
    ) -> None:
        """Fetch the code of every function that the API may call.

        Raises:
            EmulatorError: an integration names a function that the account does not have.
        """
        permitted = [method for method in api.methods if method.function_arn and may_invoke(credentials, api, method)]
        self._permitted = {(method.path, method.name) for method in permitted}
        self._functions = {
            arn: deployed_function(credentials, arn, folder=folder, redirected=redirected)
            for arn in sorted({method.function_arn for method in permitted})
        }

    def of(self, method: Method) -> Function | None:
        """The function that answers ``method``; None if its policy does not let the API call it."""
        if (method.path, method.name) not in self._permitted:
            return None
        return self._functions[method.function_arn]

    def __enter__(self) -> "Functions":
        return self

    def __exit__(self, *_: object) -> None:
        for function in self._functions.values():
            function.stop()
