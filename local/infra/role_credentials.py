"""Credentials of a role, taken on again before they end."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import boto3

from config.environment import EnvironmentConfig
from local.infra.account import in_one_sentence

# The longest that a role may be taken on from within another role.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
_SECONDS = 3600
LEAST_LEFT = timedelta(minutes=20)
"""How long credentials must still be good for: the SDKs ask for new ones 15 minutes before the end, or less."""


@dataclass(frozen=True, kw_only=True)
class RoleCredentials:
    """Keys of a role's session, and when they end."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expires: datetime


def role_arn(config: EnvironmentConfig) -> str:
    """The role that Jenkins takes on to deploy an environment."""
    return f"arn:aws:iam::{config.account}:role/{config.named('jenkins')}"


def take_on(config: EnvironmentConfig, *, session: str) -> RoleCredentials:
    """Credentials of the environment's role for an hour; ``session`` is what the trail calls them.

    Raises:
        AccountError: the role cannot be taken on.
    """
    client = boto3.Session(region_name=config.region).client("sts")
    with in_one_sentence(f"The role {config.named('jenkins')} cannot be taken on"):
        given = client.assume_role(
            RoleArn=role_arn(config),
            RoleSessionName=session,
            ExternalId=config.ci.external_id,
            DurationSeconds=_SECONDS,
        )["Credentials"]
    return RoleCredentials(
        access_key=given["AccessKeyId"],
        secret_key=given["SecretAccessKey"],
        token=given["SessionToken"],
        expires=given["Expiration"],
    )


class LastingCredentials:
    """What ``take_on`` gives, for as long as it is good, and then what it gives next. Threads may share it."""

    def __init__(
        self, take_on: Callable[[], RoleCredentials], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._take_on = take_on
        self._now = now
        self._lock = threading.Lock()
        self._held: RoleCredentials | None = None

    def current(self) -> RoleCredentials:
        """Credentials that are good for LEAST_LEFT at least; raises what ``take_on`` raises."""
        with self._lock:
            if self._held is None or self._held.expires - self._now() < LEAST_LEFT:
                self._held = self._take_on()
            return self._held
