"""Endpoints follow what is deployed: the emulator's own SageMaker and S3, and real model servers."""

import dataclasses
import json
import os
import signal
import time

import pytest

from local.hosting.hosting import Hosting
from mailroom.wire.endpoint import describe_to_json
from tests.local.hosting.conftest import ACCOUNTS, World

pytestmark = pytest.mark.slow


def server_of(world: World, environment: str):
    return world.hosting.endpoints[environment].route.current.server


def test_an_endpoint_comes_moves_to_another_model_and_goes_as_it_is_deployed(world: World):
    dev = world.callers["dev"]
    absent = dev.post(describe_to_json())
    assert (absent.status, json.loads(absent.body)["ErrorCode"]) == (400, "ValidationError")

    first = world.registry.deploy("dev", "m-1")
    assert dev.post(describe_to_json()).status == 400
    world.until(lambda: world.in_service("dev") == first)
    assert (dev.version(), world.registry.described("dev")["EndpointStatus"]) == ("m-1", "InService")
    assert dev.post(describe_to_json(), name="mailroom-prod").status == 400
    assert world.callers["prod"].post(describe_to_json()).status == 400

    second = world.registry.deploy("dev", "m-2")
    assert dev.version() == "m-1"
    world.until(lambda: world.in_service("dev") == second)
    assert dev.version() == "m-2"

    world.registry.remove("dev")
    world.until(lambda: world.in_service("dev") is None)
    assert dev.post(describe_to_json()).status == 400


def test_two_accounts_that_serve_one_archive_share_its_model_until_one_moves_on(world: World):
    for environment in ACCOUNTS:
        world.bring_up(environment, "m-1")
    assert server_of(world, "dev") is server_of(world, "prod")
    world.bring_up("dev", "m-2")
    assert (world.callers["dev"].version(), world.callers["prod"].version()) == ("m-2", "m-1")


def test_what_was_deployed_before_anybody_served_it_is_served(world: World):
    world.hosting.stop()
    first = world.registry.deploy("prod", "m-1")
    assert world.registry.described("prod")["EndpointStatus"] == "InService"
    world.until(lambda: world.in_service("prod") == first)
    assert world.callers["prod"].version() == "m-1"


def test_what_cannot_be_served_although_it_was_deployed_says_why_and_is_not_tried_again_at_once(world: World):
    world.hosting.stop()
    broken = world.registry.deploy("prod", "damaged")
    world.until(lambda: world.callers["prod"].get("endpoint")["failure"])
    said = world.callers["prod"].get("endpoint")
    assert (said["model_package"], said["failed_model_package"]) == (None, broken)
    assert said["failure"].endswith("is damaged, or is no tar.gz file.")
    for _ in range(3):
        world.hosting.follow()
    assert world.callers["prod"].get("endpoint") == said
    answer = world.callers["prod"].post(describe_to_json())
    assert (answer.status, json.loads(answer.body)["ErrorCode"]) == (503, "ServiceUnavailable")


def test_a_failure_is_told_until_another_model_is_in_service(world: World):
    world.bring_up("dev", "m-1")
    broken = world.registry.deploy("dev", "damaged")
    world.until(lambda: world.callers["dev"].get("endpoint")["failed_model_package"] == broken)
    world.bring_up("dev", "m-2")
    said = world.callers["dev"].get("endpoint")
    assert (said["failure"], said["failed_model_package"], said["failed_at"]) == (None, None, None)


def test_a_model_server_that_ended_is_replaced_for_all_whom_it_served(world: World, capsys):
    for environment in ACCOUNTS:
        world.bring_up(environment, "m-1")
    gone = server_of(world, "dev")
    capsys.readouterr()
    os.kill(gone.pid, signal.SIGKILL)
    while not gone.has_ended:
        time.sleep(0.02)
    world.hosting.follow()
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(one["event"], one["environment"]) for one in logged] == [
        ("model_server_ended", "dev"),
        ("model_server_ended", "prod"),
    ]
    assert world.callers["dev"].post(describe_to_json()).status == 503
    world.until(lambda: all(world.in_service(environment) for environment in ACCOUNTS))
    assert (world.callers["dev"].version(), world.callers["prod"].version()) == ("m-1", "m-1")
    assert server_of(world, "dev") is server_of(world, "prod") is not gone


def test_an_account_that_cannot_be_asked_keeps_what_it_serves_and_the_others_go_on(world: World, tmp_path, capsys):
    nobody = dataclasses.replace(world.registry.accounts["dev"], url="http://localhost:1")
    hosting = Hosting({"dev": nobody, "prod": world.registry.accounts["prod"]}, tmp_path / "other")
    hosting.follow()
    first = world.registry.deploy("prod", "m-1")
    capsys.readouterr()
    while hosting.endpoints["prod"].state()["model_package"] != first:
        hosting.follow()
        time.sleep(0.05)
    hosting.stop()
    logged = json.loads(capsys.readouterr().err.splitlines()[0])
    assert logged == {
        "at": logged["at"],
        "event": "endpoint_unreadable",
        "environment": "dev",
        "endpoint": "mailroom-dev",
        "exception": "EmulatorError",
    }


def test_every_invocation_is_in_the_log_by_what_became_of_it(world: World):
    package = world.bring_up("prod", "m-1")
    fails = world.registry.deploy("prod", "raises")
    prod = world.callers["prod"]
    before = prod.get("invocation-log")
    assert prod.classify() == "m-1"
    world.until(lambda: world.in_service("prod") == fails)
    assert prod.classify() == "424"
    told = prod.get(f"invocation-log?after={before['cursor']}")
    assert [(one["status"], one["variant"], one["model_package"]) for one in told["records"]] == [
        (200, "main", package),
        # What the model itself answered, as CloudWatch counts it.
        (400, "main", fails),
    ]
    assert all(0 < one["seconds"] < 60 and one["at"] > 1e9 for one in told["records"])
    assert told["cursor"] == before["cursor"] + 2


def test_nothing_else_is_answered(world: World):
    assert world.callers["prod"].get("unknown")["ErrorCode"] == "UnknownOperationException"
