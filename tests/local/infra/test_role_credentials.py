"""Credentials of a role that last longer than the role's hour."""

from datetime import UTC, datetime, timedelta

import pytest

from config.load import load_environment
from local.infra.role_credentials import LEAST_LEFT, LastingCredentials, RoleCredentials, role_arn, take_on

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lasting(clock):
    """Credentials that end an hour after they were taken on; each is named after when that was."""

    def take_on() -> RoleCredentials:
        return RoleCredentials(
            access_key=f"{clock.time:%H:%M}", secret_key="s", token="t", expires=clock.time + timedelta(hours=1)
        )

    return LastingCredentials(take_on, now=clock)


def test_the_role_is_taken_on_with_its_external_id_for_an_hour(dev):
    config = load_environment("dev")
    held = take_on(config, session="build-1")
    assert timedelta(minutes=59) < held.expires - datetime.now(UTC) <= timedelta(hours=1)
    assert role_arn(config) == "arn:aws:iam::111122223333:role/mailroom-dev-jenkins"


@pytest.mark.parametrize(("minutes", "taken_on"), [(0, "09:00"), (40, "09:00"), (41, "09:41"), (60, "10:00")])
def test_the_role_is_taken_on_again_before_its_credentials_end(lasting, clock, minutes, taken_on):
    lasting.current()
    clock.time = START + timedelta(minutes=minutes)
    assert lasting.current().access_key == taken_on


def test_credentials_are_handed_out_before_an_sdk_would_ask_for_others(lasting, clock):
    # botocore asks 15 minutes before the end at the earliest.
    from botocore.credentials import RefreshableCredentials

    assert LEAST_LEFT.total_seconds() > RefreshableCredentials._advisory_refresh_timeout


def test_no_key_stands_in_what_python_prints(lasting):
    assert repr(lasting.current()) == (
        "RoleCredentials(expires=datetime.datetime(2026, 3, 2, 10, 0, tzinfo=datetime.timezone.utc))"
    )
