"""python -m local.experiments.ready --url URL --server PID: announce the server that its parent becomes."""

import argparse
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from local.command_line import announce

POLL_SECONDS = 0.2


def wait_until_ready(url: str, *, parent: int) -> bool:
    """Whether the server answered, before the process ``parent`` ended."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while os.getppid() == parent:
        try:
            with opener.open(f"{url}/health", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(POLL_SECONDS)
    return False


def main() -> int:
    """Wait, announce; 1 if the server ended."""
    parser = argparse.ArgumentParser(prog="python -m local.experiments.ready")
    parser.add_argument("--url", required=True)
    parser.add_argument("--server", type=int, required=True, metavar="PID")
    parser.add_argument("--state", type=Path)
    arguments = parser.parse_args()
    if not wait_until_ready(arguments.url, parent=arguments.server):
        return 1
    announce(arguments.url, arguments.state, pid=arguments.server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
