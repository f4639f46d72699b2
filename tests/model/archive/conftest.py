"""A small archive that keyword rules serve; unpacking does not care what is inside."""

from pathlib import Path

import pytest

from tests.support.keyword_archive import make_keyword_archive


@pytest.fixture(scope="session")
def archive_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_keyword_archive(tmp_path_factory.mktemp("keywords"))
