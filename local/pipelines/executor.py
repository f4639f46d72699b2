"""Looks for executions that have not ended, and runs each."""

import contextlib
import fcntl
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError

from local.accounts.errors import EmulatorError
from local.pipelines.account import Account
from local.pipelines.attempt import Settings
from local.pipelines.execution_run import ExecutionRun
from local.pipelines.job.process import can_isolate
from local.pipelines.step_run import log
from mailroom.errors import MailroomError

LOOK_SECONDS = 0.5
MOST_INTERRUPTIONS = 5
"""After so many equal ones in a row an execution is given up: it would break at the same place for ever."""


class ExecutorError(MailroomError):
    """The executor cannot work."""


class Executor:
    """Runs the executions of several accounts, each on a thread of its own."""

    def __init__(self, accounts: Sequence[Account], settings: Settings) -> None:
        self._accounts = accounts
        self._settings = settings
        self._running: dict[str, threading.Thread] = {}
        self._interruptions: dict[str, tuple[str, int]] = {}

    def look(self) -> None:
        """Start what has not ended and does not run yet; an account that does not answer is asked again next time."""
        self._running = {arn: thread for arn, thread in self._running.items() if thread.is_alive()}
        for account in self._accounts:
            with contextlib.suppress(EmulatorError):
                for arn in account.unfinished():
                    if arn not in self._running:
                        thread = threading.Thread(target=self._run, args=(account, arn), daemon=True)
                        self._running[arn] = thread
                        thread.start()

    def watch(self) -> None:
        """Look for ever."""
        reason = "without network" if can_isolate() else "with network: this system does not let it be cut off"
        log("ready", isolated_steps=reason)
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def _run(self, account: Account, arn: str) -> None:
        try:
            ExecutionRun(account, arn, self._settings).run()
        except (EmulatorError, BotoCoreError) as error:
            # The account is away. It has all that is needed to go on; the next look does.
            self._log_interruption(arn, type(error).__name__)
            time.sleep(LOOK_SECONDS)
        except Exception as error:
            self._broke(account, arn, error)
            time.sleep(LOOK_SECONDS)
        else:
            self._interruptions.pop(arn, None)

    def _broke(self, account: Account, arn: str, error: Exception) -> None:
        # Where, not what: its text might quote a mail.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        self._log_interruption(arn, where)
        former, times = self._interruptions.get(arn, ("", 0))
        times = times + 1 if former == where else 1
        self._interruptions[arn] = (where, times)
        if times == MOST_INTERRUPTIONS:
            reason = f"InternalServerError: We encountered an internal error {times} times ({where})."
            with contextlib.suppress(EmulatorError):
                account.tell_end(arn, "Failed", reason)
            del self._interruptions[arn]

    @staticmethod
    def _log_interruption(arn: str, exception: str) -> None:
        log("execution_interrupted", execution=arn.rpartition("/")[2], exception=exception)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder for this process: two executors would run each step twice.

    Raises:
        ExecutorError: another one holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ExecutorError(f"Another executor runs with the folder {folder}: end it first.") from None
        yield
