"""boto3 clients of the server that call the server itself, in any account."""

import threading
from typing import Any

from local.accounts.clients import bare_session, client_config


class OwnClients:
    """One client per service, account and region; boto3 clients are safe to share between threads.

    moto takes the account from a header before it looks at the access key, so no credentials are needed here.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._clients: dict[tuple[str, str, str], Any] = {}
        # Sessions are not safe to share: https://boto3.amazonaws.com/v1/documentation/api/latest/guide/session.html
        self._lock = threading.Lock()

    def get(self, service: str, *, account: str, region: str) -> Any:
        """The client of ``service``."""
        key = (service, account, region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._new(*key)
            return self._clients[key]

    def _new(self, service: str, account: str, region: str) -> Any:
        session = bare_session(access_key="server", secret_key="server", token=None, region=region)  # noqa: S106
        client = session.client(service, endpoint_url=self._url, config=client_config())

        def name_the_account(request: Any, **_: Any) -> None:
            request.headers["x-moto-account-id"] = account

        client.meta.events.register("before-sign", name_the_account)
        return client
