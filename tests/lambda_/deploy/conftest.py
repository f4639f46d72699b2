import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto import mock_aws

from tests.lambda_.deploy.world import World

LogLines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World()


@pytest.fixture
def log_lines(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> LogLines:
    """The lines logged since the last call, without their time."""
    logger = logging.getLogger("mailroom.function")
    monkeypatch.setattr(logger, "propagate", True)
    caplog.set_level(logging.INFO, logger="mailroom.function")

    def take() -> list[dict[str, Any]]:
        lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == logger.name]
        caplog.clear()
        return [{name: value for name, value in line.items() if name != "time"} for line in lines]

    return take
