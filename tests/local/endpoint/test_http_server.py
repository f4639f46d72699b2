"""The small HTTP server that endpoint and front share."""

import http.client
import socket
import threading
from collections.abc import Iterator

import pytest

from local.endpoint.model_server.http_server import HttpRequest, HttpResponse, LoopbackServer


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        status=304 if request.target == "/304" else 200,
        body=request.body or b"nothing",
        headers={"X-Method": request.method, "X-Got": request.header("x-sent") or ""},
    )


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    made = LoopbackServer(0, echo, max_bytes=1000, too_large=lambda: HttpResponse(status=413, body=b"too large"))
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def test_a_connection_stays_open_for_many_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    local_ports = set()
    for number in range(3):
        connection.request("POST", "/", f"body {number}", {"x-sent": "yes"})
        answer = connection.getresponse()
        local_ports.add(connection.sock.getsockname()[1])
        assert (answer.status, answer.read(), answer.headers["X-Got"]) == (200, f"body {number}".encode(), "yes")
    assert len(local_ports) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_usual_method_is_passed_on(server, method):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    connection.request(method, "/")
    answer = connection.getresponse()
    assert (answer.headers["X-Method"], answer.read()) == (method, b"nothing")


def test_head_and_304_have_no_body(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    for method, path, status in (("HEAD", "/", 200), ("GET", "/304", 304), ("GET", "/", 200)):
        connection.request(method, path)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (status, b"nothing" if (method, path) == ("GET", "/") else b"")


def test_a_body_over_the_limit_gets_the_fixed_answer(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    connection.request("POST", "/", b"x" * 1001)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (413, b"too large")
    connection.request("POST", "/", b"x" * 1000)
    assert connection.getresponse().status == 200


def raw(server: LoopbackServer, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(4096):
            received += piece
    return received


def test_a_body_in_chunks_is_put_together(server):
    answer = raw(
        server,
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5;name=value\r\nfirst\r\nA\r\n-and-more-\r\n0\r\nTrailer: x\r\n\r\n",
    )
    assert answer.endswith(b"\r\n\r\nfirst-and-more-")


def test_chunks_over_the_limit_get_the_fixed_answer(server):
    assert b" 413 " in raw(server, b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n").splitlines()[0]


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: ten\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort",
        b"geheim-4711\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
)
def test_what_is_not_http_is_refused_without_being_quoted(server, sent):
    answer = raw(server, sent)
    assert b" 400 " in answer.splitlines()[0]
    assert b"geheim" not in answer


def test_a_caller_that_asks_first_is_told_to_go_on_at_once(server):
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=2) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"abc")
        assert connection.recv(4096).endswith(b"abc")
