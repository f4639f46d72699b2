"""Two emulated accounts, archives of sound and of faulty models, and the adapter that serves them, in this process."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.accounts import emulator
from local.accounts.credentials import assume
from local.hosting.hosting import Hosting
from local.hosting.invocations import Invocations
from local.pace import Pace
from tests.local.hosting.registry import Caller, Registry
from tests.support.keyword_archive import make_keyword_archive, pack

ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
PATIENCE = 120.0


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """By version: sound ones, those with a fault that only mails bring to light, and those that cannot be opened."""
    folder = tmp_path_factory.mktemp("archives")
    faults: dict[str, dict[str, object]] = {
        "m-1": {},
        "m-2": {},
        "raises": {"raises": True},
        "slow": {"seconds": 0.3},
        "one-label": {"only_label": "fees"},
        "slow-start": {"starts_in": 3},
    }
    packed = {}
    for version, fault in faults.items():
        made = make_keyword_archive(folder / version, model_version=version, **fault)
        packed[version] = pack(made, folder / f"{version}.tar.gz").read_bytes()
    other = make_keyword_archive(folder / "changed", model_version="changed")
    (other / "settings.json").write_text("{}", encoding="utf-8")  # after the manifest was written
    packed["changed"] = pack(other, folder / "changed.tar.gz").read_bytes()
    packed["truncated"] = packed["m-2"][: len(packed["m-2"]) // 2]
    packed["damaged"] = b"not an archive"
    return packed


@dataclass(frozen=True, kw_only=True)
class World:
    """The accounts, what serves them, and who calls."""

    registry: Registry
    hosting: Hosting
    callers: Mapping[str, Caller]

    def until(self, condition: Callable[[], object]) -> None:
        """Let the adapter do its work until something is so."""
        latest = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < latest, "It did not become so."
            self.hosting.follow()
            time.sleep(0.02)

    def in_service(self, environment: str) -> str | None:
        found: str | None = self.callers[environment].get("endpoint")["model_package"]
        return found

    def bring_up(self, environment: str, version: str) -> str:
        """Deploy a version, and wait for it; returns its package's ARN."""
        package = self.registry.deploy(environment, version)
        self.until(lambda: self.in_service(environment) == package)
        return package


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state = tmp_path_factory.mktemp("accounts") / "accounts.json"
    yield emulator.start(state)
    emulator.stop(state)


@pytest.fixture
def world(emulated: str, archives: dict[str, bytes], tmp_path: Path) -> Iterator[World]:
    """At a pace at which a minute takes a fiftieth of a second; the adapter is registered with both accounts."""
    accounts = {name: assume(emulated, account=number, region="eu-central-1") for name, number in ACCOUNTS.items()}
    hosting = Hosting(accounts, tmp_path / "hosting", pace=Pace(times=3000))
    hosting.follow()
    invocations = Invocations(hosting)
    registry = Registry(accounts, archives)
    yield World(registry=registry, hosting=hosting, callers={name: Caller(invocations, name) for name in accounts})
    hosting.stop()
    registry.clear()
