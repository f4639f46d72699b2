"""One small sample for all tests of this folder."""

from pathlib import Path

import pytest

from local.sample.months import SampleMail, month_mails, sample_months
from local.sample.plan import Month
from local.sample.sources import TAXONOMY, Sources, load_sources
from local.sample.write import SampleFolder, make_sample
from mailroom.taxonomy_file import load_taxonomy

SEED, MAILS = 7, 300


@pytest.fixture(scope="session")
def sources() -> Sources:
    return load_sources()


@pytest.fixture(scope="session")
def months() -> tuple[Month, ...]:
    return sample_months(load_taxonomy(TAXONOMY))


@pytest.fixture(scope="session")
def mails(sources: Sources, months: tuple[Month, ...]) -> dict[str, list[SampleMail]]:
    """The first mails of each month, by the month's name."""
    return {month.name: list(month_mails(month, sources, seed=SEED, mails=MAILS)) for month in months}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFolder:
    folder: Path = tmp_path_factory.mktemp("sample")
    return make_sample(folder, seed=SEED, mails=60, progress=False)
