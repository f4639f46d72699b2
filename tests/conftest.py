"""What holds for all tests."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.support.once import once
from tests.support.templates import Assembly, read_assembly, synthesize

# No test is a timing: on a busy machine any example may take long.
settings.register_profile("mailroom", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# `make test-fast` tries fewer examples of each property; CI tries all.
settings.register_profile("fast", settings.get_profile("mailroom"), max_examples=15)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "mailroom"))


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The templates of both environments and of the variants (tests/support/environments_app.py)."""
    return read_assembly(once(tmp_path_factory, "assembly", synthesize))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever waits for the synthesized templates, or for an emulator of its own, is slow: each takes seconds."""
    for item in items:
        if {"assembly", "emulator"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
