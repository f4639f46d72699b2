"""python -m local.hosting --accounts FILE --env NAME ...: the model endpoints of emulated accounts."""

import argparse
import sys
import threading
import time
from pathlib import Path

from local.accounts.accounts_file import credentials
from local.command_line import announce, end_on_signals, run
from local.endpoint.model_server.http_server import LoopbackServer
from local.endpoint.model_server.invocations import MAX_BODY_BYTES, too_large
from local.hosting.hosting import Hosting
from local.hosting.invocations import Invocations
from local.pace import DEFAULT_TIMES, Pace

LOOK_SECONDS = 0.5


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.hosting", description="Serve deployed model endpoints.")
    parser.add_argument("--accounts", type=Path, required=True, help="the emulated accounts' state file")
    parser.add_argument("--env", action="append", required=True, help="an environment; may be repeated")
    parser.add_argument("--folder", type=Path, required=True, help="for archives on their way")
    parser.add_argument("--state", type=Path, help="a file to write the URL to; the endpoints are below URL/ENV")
    parser.add_argument(
        "--pace", type=float, default=DEFAULT_TIMES, help="how many seconds of a deployment's waits take one here"
    )
    return parser.parse_args()


def serve() -> None:
    """Serve until a signal comes."""
    arguments = _arguments()
    end_on_signals()
    accounts = {name: credentials(arguments.accounts, name) for name in arguments.env}
    hosting = Hosting(accounts, arguments.folder, pace=Pace(times=arguments.pace))
    server = LoopbackServer(0, Invocations(hosting).respond, max_bytes=MAX_BODY_BYTES, too_large=too_large)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        # An endpoint that is deployed next is this process's already.
        hosting.follow()
        announce(server.url, arguments.state)
        print(f"The waits of a deployment are {arguments.pace:g} times shorter than in an account.", flush=True)
        while True:
            hosting.follow()
            time.sleep(LOOK_SECONDS)
    finally:
        hosting.stop()


sys.exit(run(serve))
