"""An account on loopback, and credentials that open nothing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # beside this file, whatever else is called ``tests``

from account import ACCOUNT, Account, Execution, serving
from pipeline_definition import definition

EXECUTIONS = [
    Execution(name="oldest", month="2026-01", started=datetime(2026, 2, 3, tzinfo=UTC)),
    Execution(name="february", started=datetime(2026, 3, 2, tzinfo=UTC)),
    Execution(name="broken", month="2026-03", started=datetime(2026, 4, 2, tzinfo=UTC), prepared="Failed"),
]
Serve = Callable[..., Account]


@pytest.fixture(scope="session")
def whole() -> dict[str, Any]:
    """The pipeline's definition."""
    return definition()


@pytest.fixture
def serve(whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Serve]:
    """Starts an account whose pipeline has the definition, or another."""
    with ExitStack() as running:

        def start(changed: dict[str, Any] = whole, *, executions: Any = EXECUTIONS, account: str = ACCOUNT) -> Account:
            server = running.enter_context(serving(changed, executions, account=account))
            for name, value in _variables(server.url, tmp_path).items():
                monkeypatch.setenv(name, value)
            return server

        yield start


@pytest.fixture
def account(serve: Serve) -> Account:
    return serve()


def _variables(url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        # Whatever leaves this machine ends at a port where nobody listens.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
    }
