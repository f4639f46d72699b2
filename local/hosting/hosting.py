"""Keeps what is served the same as what is deployed: a new model comes up, takes over, and then the old one ends."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from local.accounts.credentials import Credentials
from local.accounts.inspect.endpoint import Endpoint, endpoint
from local.hosting.model_servers import ModelServer, ModelServers
from mailroom.errors import MailroomError

_PASSING = (BotoCoreError, ClientError, OSError, KeyError)
"""The accounts were asked in the middle of an update, or have gone, or the machine is short of something for now."""


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """An endpoint in service."""

    deployed: Endpoint
    server: ModelServer


@dataclass(frozen=True, kw_only=True)
class Failed:
    """An endpoint whose newest model could not be served, and one sentence on why."""

    deployed: Endpoint
    reason: str


class Hosting:
    """The endpoint ``mailroom-ENV`` of each environment's account, while there is one.

    ``in_service`` and ``failed``, by environment, are replaced as a whole: other threads may read them at any time.
    """

    def __init__(self, accounts: Mapping[str, Credentials], servers: ModelServers) -> None:
        self._accounts = accounts
        self._servers = servers
        self.in_service: Mapping[str, Hosted] = {}
        self.failed: Mapping[str, Failed] = {}

    def follow(self) -> None:
        """Look at every account once, and do what is needed."""
        ended = self._without_server()
        for environment in self._accounts:
            try:
                # Not only what is wanted: of a model that failed after it, the former one must come back.
                if environment in ended:
                    self._serve(environment, ended[environment])
                self._look(environment)
            except _PASSING as error:
                # What is served stays until the next look, which tries again.
                _log("endpoint_unreadable", environment=environment, exception=type(error).__name__)

    def _without_server(self) -> Mapping[str, Endpoint]:
        """Take those out of service whose model server has ended, all before one returns: they may have shared it."""
        ended = {name: one for name, one in self.in_service.items() if one.server.has_ended}
        if ended:
            self.in_service = {name: one for name, one in self.in_service.items() if name not in ended}
        for environment, hosted in ended.items():
            self._servers.leave(hosted.server)
            _log("model_server_ended", environment=environment, endpoint=hosted.deployed.name)
        return {name: one.deployed for name, one in ended.items()}

    def _look(self, environment: str) -> None:
        wanted = endpoint(self._accounts[environment], f"mailroom-{environment}")
        if wanted is None:
            self._leave(environment)
        else:
            self._serve(environment, wanted)

    def _leave(self, environment: str) -> None:
        self._forget_failure(environment)
        former = self.in_service.get(environment)
        if former is not None:
            self.in_service = {name: one for name, one in self.in_service.items() if name != environment}
            self._servers.leave(former.server)
            _log("endpoint_gone", environment=environment)

    def _serve(self, environment: str, wanted: Endpoint) -> None:
        former, failed = self.in_service.get(environment), self.failed.get(environment)
        if former and former.deployed == wanted:
            self._forget_failure(environment)
            return
        if failed and failed.deployed == wanted:
            return
        facts = {"environment": environment, "endpoint": wanted.name, "model": wanted.model}
        try:
            server = self._servers.serve(self._accounts[environment], wanted.model_data_url)
        except MailroomError as error:
            # As a failed update of the real endpoint does, this leaves the former model in service.
            self.failed = {**self.failed, environment: Failed(deployed=wanted, reason=str(error))}
            _log("endpoint_failed", **facts, reason=str(error))
            return
        self.in_service = {**self.in_service, environment: Hosted(deployed=wanted, server=server)}
        self._forget_failure(environment)
        _log("endpoint_in_service", **facts)
        if former is not None:
            self._servers.leave(former.server)

    def _forget_failure(self, environment: str) -> None:
        if environment in self.failed:
            self.failed = {name: one for name, one in self.failed.items() if name != environment}


def _log(event: str, **facts: str) -> None:
    print(json.dumps({"event": event, **facts}), file=sys.stderr, flush=True)
