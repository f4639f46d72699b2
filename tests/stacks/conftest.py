"""The templates, synthesized once for the whole test session, whichever process comes first."""

import os
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.templates import Assembly, read_assembly, synthesize


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    base = tmp_path_factory.getbasetemp()
    # Under xdist each worker has a folder of its own below the session's.
    shared: Path = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "assembly"
    with FileLock(shared / "assembly.lock"):
        if not (folder / "manifest.json").exists():
            synthesize(folder)
    return read_assembly(folder)
