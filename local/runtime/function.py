"""A function that can be invoked: its execution environments, as many as are needed and allowed."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from local.accounts.credentials import Credentials
from local.runtime.code import unpack_code
from local.runtime.deployed_function import DeployedFunction, read_function
from local.runtime.environment import process_environment
from local.runtime.errors import ThrottledError
from local.runtime.execution_environment import ExecutionEnvironment

MAX_PROCESSES = 4
"""Of each function: more would only wait for one another on this machine. Further invocations wait for a free one."""


class Invocable(Protocol):
    """What the gateway and the queues call."""

    def invoke(self, event: Any, *, request_id: str) -> Any:
        """The handler's answer; raises InvocationError."""


class Function:
    """A deployed function. A process is started when an event finds none free, as Lambda does; it stays for the next.

    Use as a context manager, or call ``stop``.
    """

    def __init__(
        self, function: DeployedFunction, environment: Mapping[str, str], *, code: Path, log_folder: Path
    ) -> None:
        self.deployed = function
        self._environment = environment
        self._code = code
        self._log = log_folder / f"{function.name}.log"
        self._allowed = None if function.concurrency is None else threading.BoundedSemaphore(function.concurrency)
        self._processes = threading.BoundedSemaphore(MAX_PROCESSES)
        self._idle: list[ExecutionEnvironment] = []

    def invoke(self, event: Any, *, request_id: str) -> Any:
        """The handler's answer.

        Raises:
            ThrottledError: the reserved concurrency is used up.
            InvocationError: there is no answer.
        """
        if self._allowed is None:
            return self._invoke(event, request_id)
        if not self._allowed.acquire(blocking=False):
            raise ThrottledError(self.deployed.name)
        try:
            return self._invoke(event, request_id)
        finally:
            self._allowed.release()

    def _invoke(self, event: Any, request_id: str) -> Any:
        with self._processes:
            try:
                environment = self._idle.pop()
            except IndexError:
                environment = ExecutionEnvironment(
                    self.deployed, self._environment, code=self._code, log=self._log
                )
            try:
                return environment.invoke(event, request_id=request_id)
            finally:
                if environment.is_usable:
                    self._idle.append(environment)
                else:
                    environment.stop()

    def stop(self) -> None:
        """End the processes that are free."""
        while self._idle:
            self._idle.pop().stop()

    def __enter__(self) -> "Function":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def deployed_function(
    credentials: Credentials, name: str, *, folder: Path, redirected: Mapping[str, str]
) -> Function:
    """The function ``name`` of the account, its code unpacked and its log written in ``folder``.

    Raises:
        EmulatorError: there is no such function, or its code cannot be fetched.
    """
    function = read_function(credentials, name)
    code = unpack_code(credentials, function, folder / "functions")
    environment = process_environment(function, credentials, code, redirected)
    return Function(function, environment, code=code, log_folder=folder)
