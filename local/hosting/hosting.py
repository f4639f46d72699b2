"""Keeps what is served the same as what is deployed, in every environment's account."""

from collections.abc import Mapping
from pathlib import Path

from local.accounts.credentials import Credentials
from local.hosting.deployments import Deployments
from local.hosting.hosted_endpoint import HostedEndpoint
from local.hosting.model_servers import ModelServers
from local.pace import Pace


class Hosting:
    """The endpoint ``mailroom-ENV`` of each environment's account; other threads may read ``endpoints`` at any time."""

    def __init__(self, accounts: Mapping[str, Credentials], folder: Path, *, pace: Pace | None = None) -> None:
        pace = pace or Pace()
        self._servers = ModelServers(folder)
        self._deployments = {name: Deployments(account, pace) for name, account in accounts.items()}
        self.endpoints: Mapping[str, HostedEndpoint] = {
            name: HostedEndpoint(name, account, self._deployments[name], servers=self._servers, pace=pace)
            for name, account in accounts.items()
        }

    def follow(self) -> None:
        """Look at every account once, and go a step on with what is to be done there; waits for no model."""
        for endpoint in self.endpoints.values():
            endpoint.follow()

    def stop(self) -> None:
        """Tell the accounts that nobody serves them any more, and end all model servers."""
        for deployments in self._deployments.values():
            deployments.try_to_leave()
        self._servers.stop()
