"""What several gates look at."""

from pathlib import Path

import pytest

from tests.gates.reports import synthesize_application
from tests.support.construct_paths import Synthesized, synthesized
from tests.support.once import once
from tests.support.templates import Assembly


@pytest.fixture(scope="session")
def stacks(assembly: Assembly) -> dict[str, Synthesized]:
    """All stacks of both environments and of the variants, by stage and part."""
    return synthesized(assembly.folder)


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that app.py writes, checked by the CDK's own validation: what `make synth` makes."""
    return once(tmp_path_factory, "application", synthesize_application)
