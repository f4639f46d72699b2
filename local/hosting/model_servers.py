"""The running model servers: one per archive, however many endpoints serve it."""

import threading
import time
import uuid
from concurrent.futures import Future
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.accounts.credentials import Credentials
from local.endpoint.model_server.invocations import MODEL_SECONDS
from local.endpoint.supervisor import EndpointError, LocalEndpoint
from local.hosting.archives import download
from mailroom.errors import MailroomError

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
    """Both accounts usually serve the same archive: its model is then in memory once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: dict[str, ModelServer] = {}
        self._lock = threading.Lock()
        # Of one archive one start at a time, for two would make two servers; one that hangs holds up no other archive.
        self._starting: dict[str, threading.Lock] = {}

    def start(self, credentials: Credentials, url: str) -> Future[ModelServer]:
        """Have a server of the archive at ``url`` in the account come up: it has answered a first invocation then.

        The future's exceptions: ArchiveError, EndpointError if the archive cannot be fetched or served; EmulatorError,
        BotoCoreError, ClientError, OSError, which may pass.
        """
        coming: Future[ModelServer] = Future()

        def serve() -> None:
            try:
                coming.set_result(self._serve(credentials, url))
            except (MailroomError, BotoCoreError, ClientError, OSError) as error:
                coming.set_exception(error)
            except Exception as error:
                coming.set_exception(EndpointError(f"The model could not be started ({type(error).__name__})."))

        # A server whose starter is killed ends by itself, so nothing is lost with a daemon.
        threading.Thread(target=serve, name="model start", daemon=True).start()
        return coming

    def leave(self, server: ModelServer) -> None:
        """An endpoint no longer serves from ``server``; the last one to leave ends it, without waiting for that."""
        with self._lock:
            server.endpoints -= 1
            if server.endpoints > 0:
                return
            self._servers = {digest: one for digest, one in self._servers.items() if one is not server}
        threading.Thread(target=server.stop_when_idle, name="last invocations", daemon=True).start()

    def stop(self) -> None:
        """End all of them."""
        with self._lock:
            servers, self._servers = self._servers, {}
        for server in servers.values():
            server.stop()

    def _serve(self, credentials: Credentials, url: str) -> ModelServer:
        archive = self._folder / f"{uuid.uuid4().hex}.tar.gz"
        try:
            digest = download(credentials, url, archive)
            with self._start_of(digest):
                server = self._joined(digest)
                if server is None:
                    server = ModelServer(LocalEndpoint(archive, name=SERVER_NAME))
                    self._add(digest, server)
                return server
        finally:
            archive.unlink(missing_ok=True)  # the server has unpacked it

    def _start_of(self, digest: str) -> threading.Lock:
        with self._lock:
            return self._starting.setdefault(digest, threading.Lock())

    def _joined(self, digest: str) -> ModelServer | None:
        with self._lock:
            server = self._servers.get(digest)
            if server is None or server.has_ended:
                return None
            server.endpoints += 1
            return server

    def _add(self, digest: str, server: ModelServer) -> None:
        with self._lock:
            self._servers[digest] = server
            server.endpoints = 1
