"""python -m local.events --accounts FILE --env NAME ...: functions answer their queues in emulated accounts."""

import argparse
import contextlib
import sys
import threading
import time
from pathlib import Path

from local.accounts.accounts_file import credentials
from local.accounts.credentials import Credentials
from local.accounts.inspect.functions import queue_sources
from local.command_line import announce, end_on_signals, run
from local.events.poller import Poller
from local.pace import DEFAULT_TIMES, Pace
from local.runtime.function import deployed_function

_PAUSE_SECONDS = 1.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.events", description="Have functions answer their queues.")
    parser.add_argument("--accounts", type=Path, required=True, help="the emulated accounts' state file")
    parser.add_argument("--env", action="append", required=True, help="an environment; may be repeated")
    parser.add_argument("--folder", type=Path, required=True, help="for the functions' code and logs")
    parser.add_argument("--state", type=Path, help="a file to write the accounts' URL to once the queues are watched")
    parser.add_argument(
        "--pace",
        type=float,
        default=DEFAULT_TIMES,
        help="how many seconds of a queue's visibility timeout take one here",
    )
    return parser.parse_args()


def _pollers(account: Credentials, folder: Path, pace: Pace, open_functions: contextlib.ExitStack) -> list[Poller]:
    return [
        Poller(
            source,
            account,
            open_functions.enter_context(deployed_function(account, source.function, folder=folder, redirected={})),
            pace=pace,
        )
        for source in queue_sources(account)
    ]


def _poll_for_ever(poller: Poller) -> None:
    while True:
        if not poller.try_poll():
            time.sleep(_PAUSE_SECONDS)


def serve() -> None:
    """Watch until a signal comes."""
    arguments = _arguments()
    end_on_signals()
    accounts = [credentials(arguments.accounts, name) for name in arguments.env]
    with contextlib.ExitStack() as open_functions:
        for account in accounts:
            for poller in _pollers(account, arguments.folder, Pace(times=arguments.pace), open_functions):
                threading.Thread(target=_poll_for_ever, args=(poller,), daemon=True).start()
        announce(accounts[0].url, arguments.state)
        threading.Event().wait()


sys.exit(run(serve))
