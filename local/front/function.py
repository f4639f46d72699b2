"""The Lambda function in this process: its code, its environment and the context of a call."""

import importlib
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 29.0
"""A REST API waits no longer."""

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a handler may ask of the call; ``ends_at`` is on the clock of ``time.monotonic``."""

    aws_request_id: str
    ends_at: float

    @classmethod
    def of_call(cls, request_id: str) -> "Context":
        """The context of a call that begins now."""
        return cls(aws_request_id=request_id, ends_at=time.monotonic() + TIMEOUT_SECONDS)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the call."""
        return max(0, int(1000 * (self.ends_at - time.monotonic())))


def load_handler(root: Path, name: str) -> Handler:
    """The handler ``package.module.function`` under ``root``, which goes to the front of the import path.

    Lambda puts the folder with a function's code there too.
    """
    sys.path.insert(0, str(root))
    module, _, function = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), function)
    return handler


def set_environment(environment: MutableMapping[str, str], *, endpoint_url: str, endpoint_name: str) -> None:
    """Make a process environment the function's, cut off from any AWS account of the person at this machine."""
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    environment.update(function_environment(endpoint_url=endpoint_url, endpoint_name=endpoint_name))


def function_environment(*, endpoint_url: str, endpoint_name: str) -> Mapping[str, str]:
    """The variables that the function and boto3 read."""
    return {
        "ENDPOINT_NAME": endpoint_name,
        "LEDGER_TABLE": "mailroom-local",
        "LEDGER_DAYS": "1",
        # No ledger runs here: predictions are answered, and their rows logged as not written.
        "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": endpoint_url,
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        # The local endpoint asks for no signature, but boto3 does not send without one.
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        # A proxy for the outside world must not get what stays on this machine.
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
