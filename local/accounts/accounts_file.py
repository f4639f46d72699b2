"""Which environment lives in which emulated account, kept in the emulator's state file for whoever asks later."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from local.accounts import emulator
from local.accounts.credentials import Credentials, assume
from local.accounts.errors import EmulatorError
from model.files import write_atomically


@dataclass(frozen=True, kw_only=True)
class Place:
    """The account and region of an environment."""

    account: str
    region: str


def write(state: Path, places: Mapping[str, Place]) -> None:
    """Add environments to the state of the running emulator."""
    content = json.loads(state.read_text(encoding="utf-8"))
    known = content.get("environments", {})
    content["environments"] = {**known, **{name: asdict(place) for name, place in sorted(places.items())}}
    write_atomically(state, json.dumps(content, indent=2) + "\n")


def credentials(state: Path, environment: str) -> Credentials:
    """Credentials for the account in which ``environment`` was deployed.

    Raises:
        EmulatorError: the emulator does not run, or the environment was not deployed to it.
    """
    url = emulator.require(state)
    places = json.loads(state.read_text(encoding="utf-8")).get("environments", {})
    if environment not in places:
        known = ", ".join(sorted(places)) or "none"
        raise EmulatorError(f"The emulated accounts hold no environment {environment!r}; they hold: {known}.")
    return assume(url, **places[environment])
