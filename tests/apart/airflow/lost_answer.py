"""A way to SageMaker on which the answer to the first start of a pipeline is lost: it has started, and nobody knows."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_START = "SageMaker.StartPipelineExecution"
# No error that boto3 tries again by itself.
_LOST = b'{"__type": "AccessDeniedException", "message": "The answer is lost on purpose."}'


@contextmanager
def losing_first_start(url: str) -> Iterator[str]:
    """The address of a proxy before ``url``."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    lost = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            request = urllib.request.Request(f"{url}{self.path}", data=body, headers=headers)
            try:
                with opener.open(request) as answer:
                    status, content = answer.status, answer.read()
            except urllib.error.HTTPError as error:
                status, content = error.code, error.read()
            if self.headers["X-Amz-Target"] == _START and not lost.is_set():
                lost.set()
                status, content = 400, _LOST
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
