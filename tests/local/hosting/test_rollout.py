"""A new model takes over beside the former one, or is turned back: real model servers under steady traffic."""

import json
import os
import signal
from typing import Any

import pytest

from local.accounts.private_calls import call
from tests.local.hosting.conftest import World

pytestmark = pytest.mark.slow

ALARM = "model-errors"
LONG = 3_000_000
"""Seconds of the account's of which no test sees the end."""
BRIEF = 1500
"""Half a second at the pace of these tests."""


def policy(kind: str = "CANARY", *, bake: int = LONG, ends: int = 0, maximum: int = 100 * LONG, size: int = 30) -> Any:
    routing = {"Type": kind, "WaitIntervalInSeconds": bake}
    if kind != "ALL_AT_ONCE":
        routing["CanarySize" if kind == "CANARY" else "LinearStepSize"] = {"Type": "CAPACITY_PERCENT", "Value": size}
    return {
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": ALARM}]},
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": routing,
            "TerminationWaitInSeconds": ends,
            "MaximumExecutionTimeoutInSeconds": maximum,
        },
    }


def pending(world: World) -> tuple[str | None, float | None]:
    said = world.callers["prod"].get("endpoint")
    return said["pending_model_package"], said["pending_percent"]


def shares(world: World, calls: int = 40) -> dict[str, int]:
    """Which version answered how many of some calls."""
    said = [world.callers["prod"].classify() for _ in range(calls)]
    return {version: said.count(version) for version in sorted(set(said))}


def start(world: World, version: str, *, at: float, **asked: Any) -> str:
    """Deploy beside m-1, up to the given percentage."""
    package = world.registry.deploy("prod", version, policy=policy(**asked))
    world.until(lambda: pending(world) == (package, at))
    return package


def rolled_back(world: World, package: str) -> str:
    """Wait for it; returns the reason."""
    world.until(lambda: world.callers["prod"].get("endpoint")["failed_model_package"] == package)
    world.until(lambda: world.registry.described("prod")["EndpointStatus"] == "InService")
    said = world.callers["prod"].get("endpoint")
    assert said["failure"] == world.registry.described("prod")["FailureReason"]
    return str(said["failure"])


@pytest.fixture
def former(world: World) -> str:
    world.registry.set_alarm("prod", ALARM, "OK")
    return world.bring_up("prod", "m-1")


def test_a_canary_gets_its_share_of_the_invocations_and_not_one_more(world: World, former: str):
    start(world, "m-2", at=30)
    assert shares(world, 40) == {"m-1": 28, "m-2": 12}
    assert world.in_service("prod") == former
    assert world.registry.described("prod")["EndpointStatus"] == "Updating"


def test_a_sound_model_takes_over_without_a_failed_invocation(world: World, former: str):
    with world.callers["prod"].steadily() as counted:
        package = world.registry.deploy("prod", "m-2", policy=policy(bake=BRIEF, ends=BRIEF))
        world.until(lambda: world.in_service("prod") == package)
    assert set(counted) == {"m-1", "m-2"}
    assert (shares(world), pending(world)) == ({"m-2": 40}, (None, None))
    assert world.registry.described("prod")["EndpointStatus"] == "InService"


def test_linear_steps_follow_one_another(world: World, former: str):
    seen = []

    def look() -> bool:
        _, percent = pending(world)
        if percent and percent not in seen:
            seen.append(percent)
        return world.in_service("prod") == package

    package = world.registry.deploy("prod", "m-2", policy=policy("LINEAR", bake=BRIEF, size=40))
    world.until(look)
    assert seen == [40, 80, 100]


def test_after_all_at_once_the_former_model_waits_until_the_bake_is_over(world: World, former: str):
    start(world, "m-2", at=100, kind="ALL_AT_ONCE")
    assert (shares(world), world.in_service("prod")) == ({"m-2": 40}, former)
    world.registry.set_alarm("prod", ALARM, "ALARM")
    world.until(lambda: pending(world) == (None, None))
    assert shares(world) == {"m-1": 40}


@pytest.mark.parametrize(
    ("version", "shows"),
    [
        # The alarms are set by hand here; tests/local/alarms has them set by what happens.
        ("raises", {"424": 12, "m-1": 28}),
        ("slow", {"m-1": 28, "slow": 12}),
        ("one-label", {"m-1": 28, "one-label": 12}),
    ],
)
def test_a_bad_model_is_turned_back_and_fails_no_more_than_the_canarys_share(
    world: World, former: str, version: str, shows: dict[str, int]
):
    package = start(world, version, at=30)
    new = world.hosting.endpoints["prod"].route.newcomer.server
    assert shares(world, 40) == shows
    world.registry.set_alarm("prod", ALARM, "ALARM")
    assert rolled_back(world, package) == f"In ALARM while traffic was shifted: {ALARM}."
    assert (shares(world), world.in_service("prod")) == ({"m-1": 40}, former)
    world.until(lambda: new.has_ended)


def test_an_alarm_turns_back_under_load_without_a_failed_invocation(world: World, former: str):
    with world.callers["prod"].steadily() as counted:
        package = start(world, "slow", at=30)
        world.until(lambda: counted["slow"] > 2)
        world.registry.set_alarm("prod", ALARM, "ALARM")
        rolled_back(world, package)
        after = counted["m-1"]
        world.until(lambda: counted["m-1"] > after + 20)
    assert set(counted) == {"m-1", "slow"}


def test_an_alarm_after_the_bake_does_not_turn_back(world: World, former: str):
    package = start(world, "m-2", at=100, bake=0, ends=LONG)
    world.registry.set_alarm("prod", ALARM, "ALARM")
    for _ in range(3):
        world.hosting.follow()
    assert pending(world) == (package, 100)


def test_a_deployment_that_takes_too_long_is_turned_back(world: World, former: str):
    package = start(world, "m-2", at=30, maximum=BRIEF)
    assert rolled_back(world, package) == "The deployment took longer than its MaximumExecutionTimeoutInSeconds."
    assert shares(world) == {"m-1": 40}


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("truncated", "is damaged, or is no tar.gz file."),
        ("damaged", "is damaged, or is no tar.gz file."),
        ("changed", "settings.json"),
    ],
)
def test_an_archive_that_cannot_be_opened_never_takes_traffic(world: World, former: str, version: str, reason: str):
    with world.callers["prod"].steadily() as counted:
        package = world.registry.deploy("prod", version, policy=policy())
        assert reason in rolled_back(world, package)
    assert (set(counted), world.in_service("prod")) == ({"m-1"}, former)


def test_a_first_archive_that_cannot_be_opened_leaves_a_failed_endpoint_that_nobody_can_call(world: World):
    package = world.registry.deploy("prod", "truncated")
    world.until(lambda: world.registry.described("prod")["EndpointStatus"] == "Failed")
    assert world.callers["prod"].get("endpoint")["failed_model_package"] == package
    assert world.callers["prod"].classify() == "400"


def test_a_new_model_whose_server_ends_is_turned_back(world: World, former: str):
    package = start(world, "m-2", at=30)
    os.kill(world.hosting.endpoints["prod"].route.newcomer.server.pid, signal.SIGKILL)
    assert rolled_back(world, package) == "The new model's server ended while traffic was shifted."
    assert shares(world) == {"m-1": 40}


def test_a_former_model_whose_server_ends_comes_back_and_the_shift_starts_over(world: World, former: str, capsys):
    package = start(world, "m-2", at=30)
    os.kill(world.hosting.endpoints["prod"].route.current.server.pid, signal.SIGKILL)
    world.until(lambda: pending(world) == (None, None))
    world.until(lambda: pending(world) == (package, 30))
    assert shares(world) == {"m-1": 28, "m-2": 12}
    events = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert events[-4:] == ["model_server_ended", "endpoint_in_service", "deployment_started", "traffic_shifted"]


def test_an_endpoint_that_is_deleted_while_traffic_shifts_is_gone_with_both_models(world: World, former: str):
    start(world, "m-2", at=30)
    route = world.hosting.endpoints["prod"].route
    world.registry.remove("prod")
    world.until(lambda: route.current.server.has_ended and route.newcomer.server.has_ended)
    assert world.callers["prod"].classify() == "400"


def test_a_deployment_that_the_account_has_ended_is_given_up(world: World, former: str):
    start(world, "m-2", at=30)
    account = world.registry.accounts["prod"]
    (running,) = call(account, "hosting-heartbeat", {"pace": 1, "patience": 60})["deployments"]
    call(account, "hosting-ended", {"id": running["id"], "problem": "ended by another"})
    world.until(lambda: pending(world) == (None, None))
    assert shares(world) == {"m-1": 40}


def test_a_policy_that_is_not_run_here_turns_the_deployment_back_with_its_sentence(world: World, former: str):
    package = world.registry.deploy(
        "prod",
        "m-2",
        policy={
            "RollingUpdatePolicy": {
                "MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1},
                "WaitIntervalInSeconds": 0,
            }
        },
    )
    assert rolled_back(world, package).startswith("A RollingUpdatePolicy is not run on this machine")
