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
from local.hosting.model_servers import ModelServers

LOOK_SECONDS = 0.5


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.hosting", description="Serve deployed model endpoints.")
    parser.add_argument("--accounts", type=Path, required=True, help="the emulated accounts' state file")
    parser.add_argument("--env", action="append", required=True, help="an environment; may be repeated")
    parser.add_argument("--folder", type=Path, required=True, help="for archives on their way")
    parser.add_argument("--state", type=Path, help="a file to write the URL to; the endpoints are below URL/ENV")
    return parser.parse_args()


def serve() -> None:
    """Serve until a signal comes."""
    arguments = _arguments()
    end_on_signals()
    accounts = {name: credentials(arguments.accounts, name) for name in arguments.env}
    servers = ModelServers(arguments.folder)
    hosting = Hosting(accounts, servers)
    server = LoopbackServer(0, Invocations(hosting).respond, max_bytes=MAX_BODY_BYTES, too_large=too_large)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        announce(server.url, arguments.state)
        while True:
            hosting.follow()
            time.sleep(LOOK_SECONDS)
    finally:
        servers.stop()


sys.exit(run(serve))
