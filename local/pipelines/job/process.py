"""A job's process: started, watched, stopped."""

import contextlib
import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_WARDEN = Path(__file__).with_name("warden.py")
_POLL_SECONDS = 0.05


class Cause(Enum):
    """Why a process ended."""

    EXIT = "exit"
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """``status``: the exit status, or the number of the signal."""

    cause: Cause
    status: int

    @property
    def is_success(self) -> bool:
        """It ended by itself, with status 0."""
        return self.cause is Cause.EXIT and self.status == 0


@dataclass(frozen=True, kw_only=True)
class JobProcess:
    """What to run; ``environment`` is all of it. ``max_seconds``: until it is stopped; ``grace_seconds``: between the
    request to end and the end. Output is appended to ``log``."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    log: Path
    isolated: bool
    max_seconds: float
    grace_seconds: float

    def run(
        self,
        stop: threading.Event,
        *,
        before_stop: Callable[[], None] = lambda: None,
        watch: Callable[[], None] = lambda: None,
    ) -> Ended:
        """Run it to its end, calling ``watch`` now and then; when ``stop`` is set, end it after ``before_stop``."""
        network = "none" if self.isolated and can_isolate() else "all"
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_WARDEN), network, *self.command],
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            return self._watched(process, stop, before_stop, watch)
        finally:
            _kill_group(process)
            process.wait()
            assert process.stdin is not None
            process.stdin.close()

    def _watched(
        self,
        process: subprocess.Popen[bytes],
        stop: threading.Event,
        before_stop: Callable[[], None],
        watch: Callable[[], None],
    ) -> Ended:
        deadline = time.monotonic() + self.max_seconds
        while process.poll() is None:
            cause = Cause.STOPPED if stop.is_set() else Cause.TIMEOUT if time.monotonic() > deadline else None
            if cause is Cause.STOPPED:
                before_stop()
            if cause is not None:
                return Ended(cause=cause, status=self._end(process))
            watch()
            time.sleep(_POLL_SECONDS)
        status = process.returncode
        return Ended(cause=Cause.SIGNAL if status < 0 else Cause.EXIT, status=abs(status))

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(self.grace_seconds)
        _kill_group(process)
        return abs(process.wait())


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


@functools.cache
def can_isolate() -> bool:
    """Whether this system lets a job run without any network."""
    command = [sys.executable, "-I", "-S", str(_WARDEN), "none", sys.executable, "-I", "-S", "-c", ""]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as probe:
        # Only then may its standard input close: that is how it notices that nobody waits for it.
        return probe.wait() == 0
