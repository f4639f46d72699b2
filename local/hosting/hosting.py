"""Keeps what is served the same as what is deployed: a new model comes up first, then takes over, then the old one ends."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.accounts.credentials import Credentials
from local.hosting.deployed_endpoint import DeployedEndpoint, read_endpoints
from local.hosting.model_servers import ModelServer, ModelServers
from mailroom.errors import MailroomError

Key = tuple[str, str]
"""An environment and the name of an endpoint in its account."""


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """An endpoint in service."""

    deployed: DeployedEndpoint
    server: ModelServer


@dataclass(frozen=True, kw_only=True)
class Failed:
    """An endpoint whose newest model could not be served, and one sentence on why."""

    deployed: DeployedEndpoint
    reason: str


class Hosting:
    """The endpoints of several accounts, by environment.

    ``in_service`` and ``failed`` are replaced as a whole, so that other threads may read them at any time.
    """

    def __init__(self, accounts: Mapping[str, Credentials], servers: ModelServers) -> None:
        self._clients = {
            environment: (credentials.client("sagemaker"), credentials.client("s3"))
            for environment, credentials in accounts.items()
        }
        self._servers = servers
        self.in_service: Mapping[Key, Hosted] = {}
        self.failed: Mapping[Key, Failed] = {}

    def follow(self) -> None:
        """Look at every account once, and do what is needed."""
        for environment, (sagemaker, s3) in self._clients.items():
            try:
                deployed = list(read_endpoints(sagemaker))
            except (BotoCoreError, ClientError) as error:
                # What is served stays: the accounts may be back at the next look.
                _log("accounts_unreadable", environment=environment, exception=type(error).__name__)
                continue
            self._leave(environment, {endpoint.name for endpoint in deployed})
            for endpoint in deployed:
                self._serve((environment, endpoint.name), endpoint, s3)

    def _leave(self, environment: str, deployed: set[str]) -> None:
        for key, hosted in self.in_service.items():
            if key[0] == environment and key[1] not in deployed:
                self.in_service = _without(self.in_service, key)
                self._servers.leave(hosted.server)
                _log("endpoint_gone", environment=environment, endpoint=key[1])

    def _serve(self, key: Key, wanted: DeployedEndpoint, s3: Any) -> None:
        former, failed = self.in_service.get(key), self.failed.get(key)
        if (former and former.deployed == wanted) or (failed and failed.deployed == wanted):
            return
        facts = {"environment": key[0], "endpoint": key[1], "model_package": wanted.model_package}
        try:
            server = self._servers.serve(s3, wanted.archive_url)
        except (MailroomError, BotoCoreError) as error:
            # As a failed update of the real endpoint does, this leaves the former model in service.
            self.failed = {**self.failed, key: Failed(deployed=wanted, reason=str(error))}
            _log("endpoint_failed", **facts, reason=str(error))
            return
        self.in_service = {**self.in_service, key: Hosted(deployed=wanted, server=server)}
        self.failed = _without(self.failed, key)
        _log("endpoint_in_service", **facts)
        if former is not None:
            self._servers.leave(former.server)


def _without(entries: Mapping[Key, Any], key: Key) -> dict[Key, Any]:
    return {other: value for other, value in entries.items() if other != key}


def _log(event: str, **facts: str) -> None:
    print(json.dumps({"event": event, **facts}), file=sys.stderr, flush=True)
