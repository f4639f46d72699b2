"""python -m local.experiments --folder DIR: MLflow's server, with its runs in DIR/mlflow."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from local.command_line import run
from local.experiments.server import become, tracking_server

RUNS = "mlflow"


def serve() -> None:
    """Become the server; somebody else says when it is ready."""
    parser = argparse.ArgumentParser(prog="python -m local.experiments", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the run folder")
    parser.add_argument("--state", type=Path, help="a file to write the URL to")
    arguments = parser.parse_args()
    server = tracking_server(arguments.folder / RUNS)
    state = [] if arguments.state is None else ["--state", str(arguments.state)]
    told = ["--url", server.url, "--server", str(os.getpid()), *state]
    subprocess.Popen([sys.executable, "-m", "local.experiments.ready", *told])
    become(server)


if __name__ == "__main__":
    sys.exit(run(serve))
