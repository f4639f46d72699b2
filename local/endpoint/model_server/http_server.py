"""A small HTTP/1.1 server for the loopback: connections stay open, packets leave at once, one function answers."""

import socketserver
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

IDLE_SECONDS = 75
DRAINED_BYTES = 32 * 1024 * 1024
MAX_CHUNK_LINE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpRequest:
    """``target`` is path and query as sent; ``headers`` keeps the last of several with one name."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """A header's value; its name counts in any case."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpResponse:
    """An answer; Content-Length is added."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


class TooLargeError(Exception):
    """The request's body is over the limit."""


class MalformedError(Exception):
    """The request's body cannot be told from what follows it."""


class LoopbackServer(ThreadingHTTPServer):
    """Serves ``respond`` on 127.0.0.1, one thread per connection. A body over ``max_bytes`` gets
    what ``too_large`` returns.

    Port 0 takes a free one; ``url`` has it.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        respond: Callable[[HttpRequest], HttpResponse],
        *,
        max_bytes: int,
        too_large: Callable[[], HttpResponse],
    ) -> None:
        self.respond = respond
        self.max_bytes = max_bytes
        self.too_large = too_large
        super().__init__(("127.0.0.1", port), _Connection)

    def server_bind(self) -> None:
        """Bind without looking up the host's full name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a caller that hangs up is none of our business, and a traceback might quote a mail."""


class _Connection(BaseHTTPRequestHandler):
    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    # One write for head and body: less than this leaves in a single packet train.
    wbufsize = 256 * 1024
    no_body: ClassVar[frozenset[int]] = frozenset({204, 304})

    def _serve(self) -> None:
        try:
            body = self._body()
        except TooLargeError:
            self.close_connection = True
            return self._write(self.server.too_large())
        except MalformedError:
            self.close_connection = True
            return self._write(HttpResponse(status=400))
        return self._write(
            self.server.respond(
                HttpRequest(method=self.command, target=self.path, headers=dict(self.headers.items()), body=body)
            )
        )

    # The names that BaseHTTPRequestHandler looks for.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def handle_expect_100(self) -> bool:
        """Tell the caller to go on at once: the answer would otherwise wait in the buffer."""
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunked_body()
        length = _number(self.headers.get("Content-Length", "0"), base=10)
        if length > self.server.max_bytes:
            self._drain(length)
            raise TooLargeError
        return self._exactly(length)

    def _chunked_body(self) -> bytes:
        # RFC 9112, section 7.1; extensions and trailers are read over.
        body = bytearray()
        while size := _number(self.rfile.readline(MAX_CHUNK_LINE).partition(b";")[0].decode("latin-1"), base=16):
            if len(body) + size > self.server.max_bytes:
                raise TooLargeError
            body += self._exactly(size)
            self.rfile.readline(MAX_CHUNK_LINE)
        while self.rfile.readline(MAX_CHUNK_LINE).strip():
            pass
        return bytes(body)

    def _exactly(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise MalformedError
        return body

    def _drain(self, length: int) -> None:
        # A caller that is still sending would see a broken connection instead of the answer.
        left = min(length, DRAINED_BYTES)
        while left > 0 and (piece := self.rfile.read(min(left, 1 << 16))):
            left -= len(piece)

    def _write(self, response: HttpResponse) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status not in self.no_body:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and response.status not in self.no_body:
            self.wfile.write(response.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is not HTTP, without quoting it."""
        self.close_connection = True
        if not hasattr(self, "headers"):
            self.command, self.request_version = "GET", self.protocol_version
        self._write(HttpResponse(status=HTTPStatus(code)))

    def version_string(self) -> str:
        """The Server header."""
        return "Mailroom"

    def log_message(self, format: str, *args: object) -> None:
        """Keep no access log here: a request line is the caller's text."""


def _number(text: str, *, base: int) -> int:
    stripped = text.strip()
    if not stripped.isalnum() or not stripped.isascii():
        raise MalformedError
    try:
        return int(stripped, base)
    except ValueError:
        raise MalformedError from None
