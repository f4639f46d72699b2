"""The running model servers: one per archive, however many endpoints serve it."""

import threading
import time
from pathlib import Path

from local.accounts.credentials import Credentials
from local.endpoint.model_server.invocations import MODEL_SECONDS
from local.endpoint.supervisor import LocalEndpoint
from local.hosting.archives import download

SERVER_NAME = "model"
"""What every model server calls its endpoint; callers know the deployed names."""

_BETWEEN_CHOICE_AND_CALL = 0.2
"""Seconds in which an invocation that has chosen a server has surely entered it."""


class ModelServer:
    """A model server; entered as a context manager for the time of an invocation."""

    def __init__(self, endpoint: LocalEndpoint) -> None:
        self._endpoint = endpoint
        self.url = endpoint.url
        self.endpoints = 0
        self._running = 0
        self._lock = threading.Lock()

    def __enter__(self) -> "ModelServer":
        with self._lock:
            self._running += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._running -= 1

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._endpoint.pid

    @property
    def has_ended(self) -> bool:
        """Whether its process is gone, by itself or by another's hand."""
        return self._endpoint.has_ended

    def stop(self) -> None:
        """End it at once."""
        self._endpoint.stop()

    def stop_when_idle(self) -> None:
        """Wait for the invocations that run, no longer than one may take, and end it."""
        patience = time.monotonic() + MODEL_SECONDS
        time.sleep(_BETWEEN_CHOICE_AND_CALL)
        while self._running and time.monotonic() < patience:
            time.sleep(0.05)
        self.stop()


class ModelServers:
    """Both accounts usually serve the same archive: its model is then in memory once. For one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: dict[str, ModelServer] = {}

    def serve(self, credentials: Credentials, url: str) -> ModelServer:
        """A server, which has answered a first invocation, of the archive that the account has at ``url``.

        Raises:
            ArchiveError, EndpointError: the archive cannot be fetched or served.
        """
        archive = self._folder / "model.tar.gz"
        try:
            digest = download(credentials, url, archive)
            if digest not in self._servers:
                self._servers[digest] = ModelServer(LocalEndpoint(archive, name=SERVER_NAME))
        finally:
            archive.unlink(missing_ok=True)  # the server has unpacked it
        server = self._servers[digest]
        server.endpoints += 1
        return server

    def leave(self, server: ModelServer) -> None:
        """An endpoint no longer serves from ``server``; the last one to leave ends it, without waiting for that."""
        server.endpoints -= 1
        if server.endpoints == 0:
            self._servers = {digest: one for digest, one in self._servers.items() if one is not server}
            # A server whose starter is killed ends by itself, so nothing is lost with a daemon.
            threading.Thread(target=server.stop_when_idle, name="last invocations", daemon=True).start()

    def stop(self) -> None:
        """End all of them."""
        for server in self._servers.values():
            server.stop()
        self._servers = {}
