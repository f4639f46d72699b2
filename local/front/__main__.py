"""python -m local.front --endpoint-url URL --endpoint-name NAME --api-key-file FILE"""

import argparse
import os
import sys
from pathlib import Path

from local.command_line import announce, end_on_signals, run
from local.endpoint.model_server.http_server import LoopbackServer
from local.front.function import load_handler, set_environment
from local.front.gateway import MAX_BODY_BYTES, TOO_LARGE, Gateway
from local.front.keys import ApiKeys
from mailroom.errors import MailroomError
from mailroom.openapi import routes

FUNCTIONS = Path(__file__).parents[2] / "lambda"


class FrontError(MailroomError):
    """The front cannot listen."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.front", description="Serve the public API.")
    parser.add_argument("--endpoint-url", required=True, help="where the model endpoint listens")
    parser.add_argument("--endpoint-name", required=True)
    parser.add_argument("--api-key-file", type=Path, required=True, help="the keys that are let in, one a line")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="a file to write the URL to once the front listens")
    return parser.parse_args()


def serve() -> None:
    """Serve until a signal comes."""
    arguments = _arguments()
    end_on_signals()
    keys = ApiKeys.from_file(arguments.api_key_file)
    set_environment(os.environ, endpoint_url=arguments.endpoint_url, endpoint_name=arguments.endpoint_name)
    gateway = Gateway(handler=load_handler(FUNCTIONS, "classify.handler.handler"), keys=keys, routes=routes())
    try:
        server = LoopbackServer(arguments.port, gateway.respond, max_bytes=MAX_BODY_BYTES, too_large=TOO_LARGE)
    except OSError:
        raise FrontError(f"Port {arguments.port} is taken.") from None
    with server:
        announce(server.url, arguments.state)
        server.serve_forever()


sys.exit(run(serve))
