"""python -m local.up --archive PATH: the whole system on this machine, in the background, with a model archive live."""

import argparse
import sys
from pathlib import Path

from local.adapters import Served
from local.command_line import end_on_signals, run
from local.infra.assembly import DEFAULT_FOLDER
from local.processes import ROOT, Running, env_text, start

RUN_DIR = ROOT / ".run"
_BODY = '{"emails": [{"id": "1", "subject": "Depotübertrag", "body": "Wie übertrage ich mein Depot zu Ihnen?"}]}'


def text(running: Running) -> str:
    """What a person needs to try it."""
    return "\n".join([env_text(running), "Try it:", curl_line(running.crm, _BODY)])


def curl_line(served: Served, body: str) -> str:
    """A command that classifies ``body``, which must hold no single quote."""
    return (
        f"curl -s {served.url}/v1/classifications -H 'x-api-key: {served.api_key}'"
        f" -H 'content-type: application/json' -d '{body}'"
    )


def main() -> None:
    """Bring everything up and say how to reach it."""
    parser = argparse.ArgumentParser(prog="python -m local.up", description=__doc__)
    parser.add_argument("--archive", type=Path, required=True, help="model.tar.gz, or the folder it was made from")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="the synthesized assembly")
    parser.add_argument("--port", type=int, default=0, help="the API's port; 0 takes a free one")
    parser.add_argument("--run-dir", type=Path, default=RUN_DIR, help="where process ids, keys and logs are kept")
    arguments = parser.parse_args()
    end_on_signals()
    running = start(arguments.archive, arguments.run_dir, assembly=arguments.assembly, port=arguments.port)
    print(f"\n{text(running)}")


if __name__ == "__main__":
    sys.exit(run(main))
