"""One tiny dataset, encoder and trained model for the whole session."""

from pathlib import Path

import pytest

from tests.support.tiny_dataset import write_tiny_dataset
from tests.support.tiny_models import make_tiny_encoder
from tests.support.training import train_tiny


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_dataset(tmp_path_factory.mktemp("data") / "prepared")


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_encoder(tmp_path_factory.mktemp("base"), "bert", layers=2)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path, tiny_base: Path) -> Path:
    """An unpacked archive; not to be changed."""
    return train_tiny(tmp_path_factory.mktemp("trained"), tiny_data, tiny_base)
