"""What goes wrong on this machine as a model is to take over ends its deployment, and nothing else."""

import shutil
import threading
from pathlib import Path

import pytest

from local.hosting import model_servers
from local.hosting.failures import MOST_TRIES
from tests.local.hosting.conftest import World
from tests.local.hosting.test_rollout import LONG, pending, policy, rolled_back, shares

pytestmark = pytest.mark.slow


@pytest.fixture
def former(world: World) -> str:
    return world.bring_up("prod", "m-1")


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """Nothing can be written where archives go on their way: a file stands in the folder's place."""
    folder = tmp_path / "hosting"
    shutil.rmtree(folder)
    folder.write_text("")
    return folder


def test_an_archive_that_cannot_be_written_is_tried_a_few_times_and_then_turned_back(
    world: World, former: str, full: Path, capsys
):
    capsys.readouterr()
    package = world.registry.deploy("prod", "m-2", policy=policy(bake=0))
    assert rolled_back(world, package) == f"It was tried {MOST_TRIES} times. This machine says: Not a directory."
    assert capsys.readouterr().err.count('"deployment_started"') == MOST_TRIES
    assert shares(world, 4) == {"m-1": 4}
    # Whatever was amiss has been mended.
    full.unlink()
    package = world.registry.deploy("prod", "m-2", policy=policy(bake=0))
    world.until(lambda: world.in_service("prod") == package)


def test_a_machine_that_recovers_in_time_brings_the_new_model_up_after_all(
    world: World, former: str, full: Path, capsys
):
    capsys.readouterr()
    package = world.registry.deploy("prod", "m-2", policy=policy(bake=0))
    world.until(lambda: "endpoint_unreadable" in capsys.readouterr().err)
    full.unlink()
    world.until(lambda: world.in_service("prod") == package)


def test_what_nobody_foresaw_ends_this_deployment_and_neither_the_hosting_nor_the_other_account(
    world: World, former: str, monkeypatch: pytest.MonkeyPatch
):
    dev = world.bring_up("dev", "m-1")

    def burst(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(model_servers, "LocalEndpoint", burst)
    package = world.registry.deploy("prod", "m-2", policy=policy(bake=0))
    assert rolled_back(world, package) == "The model could not be started (ZeroDivisionError)."
    assert (world.in_service("dev"), world.callers["dev"].version()) == (dev, "m-1")


def test_an_account_that_answers_nonsense_keeps_what_it_serves_and_the_others_go_on(
    world: World, former: str, monkeypatch: pytest.MonkeyPatch, capsys
):
    def nonsense(_: str) -> None:
        raise KeyError("deployments")

    monkeypatch.setattr(world.hosting.endpoints["prod"]._deployments, "wanted", nonsense)
    world.bring_up("dev", "m-2")
    assert (world.callers["prod"].version(), world.callers["dev"].version()) == ("m-1", "m-2")
    assert '"endpoint_unreadable", "environment": "prod"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("routing", "lacks"),
    [
        ({"Type": "CANARY", "WaitIntervalInSeconds": 60}, "CanarySize"),
        ({"Type": "LINEAR", "WaitIntervalInSeconds": 60}, "LinearStepSize"),
    ],
)
def test_a_policy_that_lacks_what_it_needs_is_turned_back_at_once(
    world: World, former: str, routing: dict[str, object], lacks: str
):
    package = world.registry.deploy(
        "prod", "m-2", policy={"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}
    )
    assert rolled_back(world, package) == f"The DeploymentConfig lacks {lacks}."


def test_a_model_that_hangs_as_it_starts_holds_up_no_other_archive(
    world: World, former: str, monkeypatch: pytest.MonkeyPatch
):
    start, hangs = model_servers.LocalEndpoint, threading.Event()
    starts: list[None] = []

    def first_hangs(*given: object, **named: object) -> object:
        starts.append(None)
        if len(starts) == 1:
            hangs.wait(120)
        return start(*given, **named)

    monkeypatch.setattr(model_servers, "LocalEndpoint", first_hangs)
    package = world.registry.deploy("prod", "m-2", policy=policy(bake=LONG))
    world.until(lambda: starts)
    world.bring_up("dev", "one-label")
    assert pending(world) == (package, 0)
    hangs.set()
    world.until(lambda: pending(world) == (package, 30))
