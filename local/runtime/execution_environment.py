"""One of a function's execution environments: a process that answers one event at a time."""

import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.accounts.inspect.functions import Function
from local.runtime.errors import HandlerError, PayloadTooLargeError, TimedOutError

_BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
# 6 MB and a little for the envelope: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_PAYLOAD_BYTES = 6_291_556
_STOP_SECONDS = 5.0


class ExecutionEnvironment:
    """A process with the function's code, its environment and the installed libraries, and nothing of the checkout.

    It ends when this object's process does, however that ends and whatever the handler is doing. After TimedOutError,
    and after HandlerError if ``is_usable`` says so, it cannot be used again.
    """

    def __init__(self, function: Function, environment: Mapping[str, str], *, arn: str, code: Path, log: Path) -> None:
        self._function = function
        self._arn = arn
        self.is_usable = True
        self._channel, theirs = socket.socketpair()
        with log.open("ab") as output, theirs:
            self._process = subprocess.Popen(
                # -I and -B: neither variables nor folders of this process on the import path, no compiled files.
                [sys.executable, "-I", "-B", str(_BOOTSTRAP)],
                cwd=code,
                env=dict(environment),
                stdin=theirs.fileno(),
                stdout=output,
                stderr=output,
                # A terminal's Ctrl-C reaches this object's process, which decides.
                start_new_session=True,
            )
        self._answers = self._channel.makefile("rb")

    def invoke(self, event: Any, *, request_id: str) -> Any:
        """The handler's answer.

        Raises:
            PayloadTooLargeError: the event is over 6 MB.
            TimedOutError: the function's timeout passed.
            HandlerError: the handler raised, its process ended, or its answer is over 6 MB.
        """
        name, seconds = self._function.name, self._function.timeout_seconds
        if _size(event) > MAX_PAYLOAD_BYTES:
            raise PayloadTooLargeError(name)
        payload, envelope = (
            json.dumps(event),
            json.dumps({"request_id": request_id, "arn": self._arn, "seconds": seconds}),
        )
        self._channel.settimeout(seconds)
        try:
            self._channel.sendall(f'{envelope[:-1]}, "event": {payload}}}\n'.encode("ascii"))
            line = self._answers.readline()
        except TimeoutError:
            self.is_usable = False
            raise TimedOutError(name, seconds) from None
        except OSError:
            line = b""
        if not line:
            self.is_usable = False
            raise HandlerError(name, "Runtime.ExitError")
        answer = json.loads(line)
        if "error" in answer:
            raise HandlerError(name, answer["error"])
        if _size(answer["result"]) > MAX_PAYLOAD_BYTES:
            raise HandlerError(name, "Function.ResponseSizeTooLarge")
        return answer["result"]

    def stop(self) -> None:
        """End the process and wait for it."""
        self._answers.close()
        self._channel.close()
        if not self.is_usable:
            self._process.kill()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _size(payload: Any) -> int:
    """Bytes as Lambda counts them, in UTF-8; between the processes it is ASCII, in which an umlaut takes six."""
    return len(json.dumps(payload, ensure_ascii=False).encode(errors="surrogatepass"))
