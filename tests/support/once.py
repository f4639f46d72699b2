"""What takes seconds to make, made once for the whole test session, whichever process comes first."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The session's folder ``name``; ``make`` writes it."""
    base = factory.getbasetemp()
    # Under xdist each worker has a folder of its own below the session's.
    shared: Path = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, made = shared / name, shared / f"{name}.made"
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            make(folder)
            made.touch()
    return folder
