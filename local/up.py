"""python -m local.up --archive PATH: serve a model archive behind the public API, in the background."""

import argparse
import sys
from pathlib import Path

from local.command_line import end_on_signals, run
from local.processes import ROOT, Running, start

RUN_DIR = ROOT / ".run"


def text(running: Running) -> str:
    """What a person needs to try it."""
    body = '{"emails": [{"id": "1", "subject": "Depotübertrag", "body": "Wie übertrage ich mein Depot zu Ihnen?"}]}'
    return "\n".join(
        [
            f"MAILROOM_URL={running.url}",
            f"MAILROOM_API_KEY={running.api_key}",
            "",
            "Try it:",
            curl_line(running, body),
        ]
    )


def curl_line(running: Running, body: str) -> str:
    """A command that classifies ``body``, which must hold no single quote."""
    return (
        f"curl -s {running.url}/v1/classifications -H 'x-api-key: {running.api_key}'"
        f" -H 'content-type: application/json' -d '{body}'"
    )


def main() -> None:
    """Bring everything up and say how to reach it."""
    parser = argparse.ArgumentParser(prog="python -m local.up", description=__doc__)
    parser.add_argument("--archive", type=Path, required=True, help="model.tar.gz, or the folder it was made from")
    parser.add_argument("--port", type=int, default=0, help="the API's port; 0 takes a free one")
    parser.add_argument("--run-dir", type=Path, default=RUN_DIR, help="where process ids, key and logs are kept")
    arguments = parser.parse_args()
    end_on_signals()
    print("Loading the model ...", file=sys.stderr)
    print(text(start(arguments.archive, arguments.run_dir, port=arguments.port)))


if __name__ == "__main__":
    sys.exit(run(main))
