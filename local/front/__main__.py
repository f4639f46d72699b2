"""python -m local.front --accounts FILE --env NAME --endpoints-url URL: the REST API of an emulated account."""

import argparse
import sys
from pathlib import Path

from local.accounts.accounts_file import credentials
from local.accounts.inspect.rest_api import rest_api
from local.command_line import announce, end_on_signals, run
from local.endpoint.model_server.http_server import LoopbackServer
from local.front.functions import Functions
from local.front.gateway import MAX_BODY_BYTES, Gateway
from mailroom.errors import MailroomError


class FrontError(MailroomError):
    """The front cannot listen."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.front", description="Serve a deployed REST API.")
    parser.add_argument("--accounts", type=Path, required=True, help="the emulated accounts' state file")
    parser.add_argument("--env", required=True, help="the environment whose API it is")
    parser.add_argument("--endpoints-url", required=True, help="where the account's model endpoints are invoked")
    parser.add_argument("--folder", type=Path, required=True, help="for the functions' code and logs")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="a file to write the URL to once the front listens")
    return parser.parse_args()


def serve() -> None:
    """Serve until a signal comes."""
    arguments = _arguments()
    end_on_signals()
    account = credentials(arguments.accounts, arguments.env)
    api = rest_api(account, f"mailroom-{arguments.env}")
    redirected = {"SAGEMAKER_RUNTIME": arguments.endpoints_url}
    with Functions(account, api, folder=arguments.folder, redirected=redirected) as functions:
        gateway = Gateway(api, functions.of)
        try:
            server = LoopbackServer(
                arguments.port, gateway.respond, max_bytes=MAX_BODY_BYTES, too_large=gateway.too_large
            )
        except OSError:
            raise FrontError(f"Port {arguments.port} is taken.") from None
        with server:
            announce(server.url, arguments.state)
            server.serve_forever()


sys.exit(run(serve))
