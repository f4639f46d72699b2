"""python -m local.experiments.browse: find MLflow's server or start it, say where it is, and open its page."""

import argparse
import os
import sys
import webbrowser
from pathlib import Path

from local.background import ROOT
from local.command_line import run
from local.experiments.background import start

RUN_DIR = ROOT / ".run"


def has_desktop() -> bool:
    """Whether a browser has where to show itself: one in the terminal would take that over."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def main() -> None:
    """Find or start it."""
    parser = argparse.ArgumentParser(prog="python -m local.experiments.browse", description=__doc__)
    parser.add_argument("--run-dir", type=Path, default=RUN_DIR, help="where process ids, runs and logs are kept")
    run_dir = parser.parse_args().run_dir
    url = start(run_dir, record=run_dir / "processes.json")
    print(f"Experiments: {url} (make down ends the server, the runs stay)")
    if has_desktop():
        webbrowser.open(url)


if __name__ == "__main__":
    sys.exit(run(main))
