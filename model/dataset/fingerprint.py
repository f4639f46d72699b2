"""What a prepared dataset was made from, as one hash."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mailroom
import model.cleaning
import model.dataset
from model.dataset.errors import DatasetError

_PIECE = 1024 * 1024


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes; raises DatasetError if it cannot be read."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                found.update(piece)
    except FileNotFoundError:
        raise DatasetError(f"The export {path.name} does not exist.") from None
    except OSError as error:
        raise DatasetError(f"The export {path.name} cannot be read: {error.strerror}.") from None
    return found.hexdigest()


def code_version() -> str:
    """SHA-256 over the sources that make a prepared dataset of an export: domain, cleaner and this package."""
    found = hashlib.sha256()
    for package in (mailroom, model.cleaning, model.dataset):
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                name = f"{package.__name__}/{path.relative_to(folder).as_posix()}"
                found.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def fingerprint_of(made_from: Mapping[str, Any]) -> str:
    """SHA-256 over a JSON value, 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()
