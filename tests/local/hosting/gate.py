"""A gate before the emulated accounts, at which a program can be held in the middle of its work, and killed."""

import http.client
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from local.accounts import emulator

PATIENCE = 180.0
_OWN_HEADERS = frozenset({"connection", "transfer-encoding", "content-length", "server", "date"})


class Gate:
    """Hands every call on, until those named in ``hold`` have come in that order: the last of them never returns."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url).netloc
        self._awaited: list[str] = []
        self._reaches_the_account = True
        self._is_held, self._is_open = threading.Event(), threading.Event()
        self._lock = threading.Lock()

    def hold(self, *operations: str, reaches_the_account: bool) -> None:
        """Hold the last of these calls, patterns of path, target and body: before the account hears of it, or with its
        answer."""
        with self._lock:
            self._awaited, self._reaches_the_account = list(operations), reaches_the_account

    def wait(self) -> None:
        """Until the call is held."""
        assert self._is_held.wait(PATIENCE), "It was not called."

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Hand one request on."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        last = self._is_last(f"{handler.path} {handler.headers.get('X-Amz-Target')} {body[:200]!r}")
        if last and not self._reaches_the_account:
            self._close()
            return
        connection = http.client.HTTPConnection(self._target, timeout=PATIENCE)
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "expect")}
        connection.request(handler.command, handler.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if last:
            self._close()
            return
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OWN_HEADERS:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        # Whatever the caller makes of it: the next call has a connection of its own, and the caller is told so, or it
        # would write into one that is being closed.
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(content)

    def open(self) -> None:
        """Whoever was held is dead, and gets no answer."""
        self._is_open.set()

    def _is_last(self, request: str) -> bool:
        with self._lock:
            if not self._awaited or re.search(self._awaited[0], request) is None:
                return False
            self._awaited.pop(0)
            return not self._awaited

    def _close(self) -> None:
        self._is_held.set()
        self._is_open.wait(PATIENCE)


@contextmanager
def gate_before(state: Path) -> Iterator[tuple[Gate, Path]]:
    """A gate before the accounts of ``state``, and the state file of whoever shall come through it."""
    url = emulator.require(state)
    gate = Gate(url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            gate.answer(self)
            self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    gated = state.with_name("gated.json")
    content = json.loads(state.read_text(encoding="utf-8"))
    gated.write_text(json.dumps({**content, "url": f"http://localhost:{server.server_port}"}), encoding="utf-8")
    shutil.copyfile(state.with_name(f"{state.stem}.process.json"), gated.with_name("gated.process.json"))
    try:
        yield gate, gated
    finally:
        gate.open()
        server.shutdown()
        server.server_close()
