"""python -m local.accounts.server: the emulated AWS, moto's server with its gaps closed, on this machine only."""

import argparse
import logging
import os
import sys
from pathlib import Path

from local.command_line import announce, end_on_signals, run

HOST = "localhost"
_SETTINGS = {
    # moto would read them at import: Amazon's public images cost seconds, and nothing here starts one.
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
}


def serve(port: int, state: Path | None) -> None:
    """Answer until a signal ends it."""
    os.environ.update(_SETTINGS)
    # An account set for moto in the person's environment would make one of the two.
    os.environ.pop("MOTO_ACCOUNT_ID", None)
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    from local.accounts.gaps.install import PRIVATE_CALLS, install
    from local.accounts.gaps.private_calls import PrivateCalls

    application = PrivateCalls(DomainDispatcherApplication(create_backend_app), PRIVATE_CALLS)
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)
    url = f"http://{HOST}:{server.port}"
    install(url)
    logging.basicConfig(level=logging.WARNING)
    announce(url, state)
    server.serve_forever()


def main() -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="python -m local.accounts.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="where to write the address")
    arguments = parser.parse_args()
    end_on_signals()
    serve(arguments.port, arguments.state)


if __name__ == "__main__":
    sys.exit(run(main))
