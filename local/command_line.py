"""What the commands have in common: one sentence and exit status 2 for an error that a person can mend."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from mailroom.errors import MailroomError
from model.files import write_atomically


def run(command: Callable[[], None]) -> int:
    """Run a command; returns its exit status."""
    try:
        command()
    except MailroomError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def end_on_signals() -> None:
    """Let SIGTERM end this process as Ctrl-C does, so that what it started is ended too."""

    def interrupt(*_: object) -> None:
        # A second signal would break into the tidying up.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def announce(url: str, state: Path | None, *, pid: int | None = None) -> None:
    """Say on standard output where a server listens, and write it to ``state`` for another program to read.

    ``pid`` is the server's process, this one unless it is another.
    """
    if state is not None:
        write_atomically(state, json.dumps({"url": url, "pid": pid or os.getpid()}) + "\n")
    print(f"ready {url}", flush=True)
