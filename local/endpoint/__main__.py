"""python -m local.endpoint --name NAME --archive model.tar.gz"""

import argparse
import sys
from pathlib import Path

from local.command_line import announce, end_on_signals, run
from local.endpoint.supervisor import MAX_WAITING, EndpointError, LocalEndpoint


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.endpoint", description="Serve a model archive.")
    parser.add_argument("--name", required=True, help="the endpoint's name")
    parser.add_argument("--archive", type=Path, required=True, help="model.tar.gz, or the folder it was made from")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--max-waiting", type=int, default=MAX_WAITING, help="invocations that may wait for the model")
    parser.add_argument("--state", type=Path, help="a file to write the URL to when the endpoint is in service")
    return parser.parse_args()


def serve() -> None:
    """Serve until a signal comes or the model server ends."""
    arguments = _arguments()
    end_on_signals()
    with LocalEndpoint(
        arguments.archive, name=arguments.name, port=arguments.port, max_waiting=arguments.max_waiting
    ) as endpoint:
        announce(endpoint.url, arguments.state)
        status = endpoint.wait()
    raise EndpointError(f"The model server ended by itself, with status {status}.")


sys.exit(run(serve))
