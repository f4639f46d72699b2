"""Looks for executions that have not ended, and runs each."""

import contextlib
import fcntl
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from local.accounts.errors import EmulatorError
from local.pipelines.account import Account
from local.pipelines.attempt import Settings
from local.pipelines.execution_run import ExecutionRun
from local.pipelines.job.process import can_isolate
from local.pipelines.step_run import log
from mailroom.errors import MailroomError

LOOK_SECONDS = 0.5


class ExecutorError(MailroomError):
    """The executor cannot work."""


class Executor:
    """Runs the executions of several accounts, each on a thread of its own."""

    def __init__(self, accounts: Sequence[Account], settings: Settings) -> None:
        self._accounts = accounts
        self._settings = settings
        self._running: dict[str, threading.Thread] = {}

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
        except Exception as error:
            # The account has all that is needed to go on; the next look does.
            log("execution_interrupted", execution=arn.rpartition("/")[2], exception=type(error).__name__)
            time.sleep(LOOK_SECONDS)


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
