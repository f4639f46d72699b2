"""A function that can be invoked: its execution environments, as many as are needed and allowed."""

import functools
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from local.accounts.credentials import Credentials
from local.accounts.inspect import functions
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
    """A function's execution environments. One is started when an event finds none free, as Lambda does; it stays.

    ``concurrency``: how many events may be answered at a time, None for any number. Use as a context manager, or call
    ``stop``.
    """

    def __init__(self, name: str, start: Callable[[], ExecutionEnvironment], *, concurrency: int | None) -> None:
        self.name = name
        self._start = start
        self._allowed = None if concurrency is None else threading.BoundedSemaphore(concurrency)
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
            raise ThrottledError(self.name)
        try:
            return self._invoke(event, request_id)
        finally:
            self._allowed.release()

    def _invoke(self, event: Any, request_id: str) -> Any:
        with self._processes:
            try:
                environment = self._idle.pop()
            except IndexError:
                environment = self._start()
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


def deployed_function(credentials: Credentials, name: str, *, folder: Path, redirected: Mapping[str, str]) -> Function:
    """The function ``name`` as the account has it; its code and its log go below ``folder``.

    ``redirected``: see process_environment.

    Raises:
        EmulatorError: the account has no such function.
    """
    function = functions.function(credentials, name)
    code = folder.resolve() / "functions" / name
    shutil.rmtree(code, ignore_errors=True)
    functions.unpack(credentials, name, code)
    start = functools.partial(
        ExecutionEnvironment,
        function,
        process_environment(function, credentials, code, redirected),
        arn=f"arn:aws:lambda:{credentials.region}:{credentials.account}:function:{name}",
        code=code,
        log=folder / f"{name}.log",
    )
    return Function(name, start, concurrency=function.reserved_concurrency)
