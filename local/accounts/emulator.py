"""The emulator as a background process: started once, found again by its state file, ended on request."""

import json
from pathlib import Path

from local import background
from local.accounts.errors import EmulatorError

DEFAULT_STATE = background.ROOT / ".run" / "accounts.json"
READY_SECONDS = 60.0


def start(state: Path) -> str:
    """The URL of the emulator that ``state`` names; it is started if it does not run.

    Beside the state lie its log (NAME.log) and its process record (NAME.process.json).

    Raises:
        ProcessError: it did not come up.
    """
    running = url(state)
    if running is not None:
        return running
    state.parent.mkdir(parents=True, exist_ok=True)
    stop(state)
    return background.launch(
        state.stem, ["local.accounts.server"], state.parent, record=_record(state), ready_seconds=READY_SECONDS
    )


def url(state: Path) -> str | None:
    """The URL of the emulator that ``state`` names; None if it does not run."""
    if not any(process.is_alive() for process in background.recorded(_record(state))):
        return None
    try:
        found: str = json.loads(state.read_text(encoding="utf-8"))["url"]
    except (OSError, ValueError, KeyError):
        return None
    return found


def require(state: Path) -> str:
    """The URL of the running emulator.

    Raises:
        EmulatorError: it does not run.
    """
    running = url(state)
    if running is None:
        raise EmulatorError("The emulated accounts do not run: start them with `make deploy-local`.")
    return running


def stop(state: Path) -> bool:
    """End the emulator that ``state`` names, and forget its accounts; returns whether it ran."""
    ended = background.stop(_record(state))
    state.unlink(missing_ok=True)
    return bool(ended)


def _record(state: Path) -> Path:
    return state.with_name(f"{state.stem}.process.json")
