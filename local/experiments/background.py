"""The server as a background process of a run folder, which `make down` ends with the others."""

import json
from pathlib import Path

from local import background
from local.background import ProcessError
from local.experiments.server import installed

NAME = "experiments"
NOT_INSTALLED = "Training runs are not recorded here: make experiments installs MLflow."
_READY_SECONDS = 300.0


def start(run_dir: Path, *, record: Path) -> str:
    """The URL of the run folder's server, which is started unless it runs; ``record`` keeps the process ids.

    Raises:
        ProcessError: it did not come up; its own last sentence is quoted.
    """
    state = run_dir / f"{NAME}.json"
    if any(process.name == NAME and process.is_alive() for process in background.recorded(record)) and state.is_file():
        url: str = json.loads(state.read_text(encoding="utf-8"))["url"]
        return url
    run_dir.mkdir(parents=True, exist_ok=True)
    return background.launch(
        NAME,
        ["local.experiments", "--folder", str(run_dir.resolve())],
        run_dir,
        record=record,
        ready_seconds=_READY_SECONDS,
    )


def start_if_installed(run_dir: Path, *, record: Path) -> str | None:
    """As ``start``; None, after one line that says so, where MLflow is not installed or does not come up.

    All else works without it, as the pipeline's own tracking step does.
    """
    if not installed():
        print(NOT_INSTALLED, flush=True)
        return None
    try:
        return start(run_dir, record=record)
    except ProcessError as error:
        print(f"Training runs are not recorded here: {error}", flush=True)
        return None
