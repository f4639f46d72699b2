"""The synthesized accounts, and the whole system on this machine, once for the test session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.once import once
from tests.support.running import Up, shared_up, synthesize_accounts


@pytest.fixture(scope="session")
def accounts_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "accounts", synthesize_accounts)


@pytest.fixture(scope="session")
def up(accounts_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with shared_up(tmp_path_factory, accounts_assembly) as running:
        yield running
