import threading
from collections.abc import Callable, Iterator

import boto3.session
import pytest

from local.endpoint.model_server.http_server import HttpRequest, HttpResponse, LoopbackServer
from local.endpoint.supervisor import LocalEndpoint
from tests.support.keyword_archive import make_keyword_archive
from tests.support.ledger_table import LedgerTable
from tests.support.moto_process import moto_process


@pytest.fixture(scope="session")
def keyword_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEndpoint]:
    archive = make_keyword_archive(tmp_path_factory.mktemp("keyword-archive"))
    with LocalEndpoint(archive, name="keywords") as endpoint:
        yield endpoint


@pytest.fixture
def http_endpoint() -> Iterator[Callable[..., str]]:
    """Starts a real HTTP server that answers any number of requests at once; returns its URL.

    The answer is a body, or a function from the request's body to the answer's.
    """
    servers: list[LoopbackServer] = []

    def start(status: int, answer: bytes | Callable[[bytes], bytes]) -> str:
        def respond(request: HttpRequest) -> HttpResponse:
            return HttpResponse(status=status, body=answer if isinstance(answer, bytes) else answer(request.body))

        servers.append(LoopbackServer(0, respond, max_bytes=1 << 24, too_large=lambda: HttpResponse(status=413)))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return servers[-1].url

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with moto_process() as url:
        yield url


@pytest.fixture(scope="session")
def shared_ledger(moto_url: str) -> LedgerTable:
    """For tests that do not look into it."""
    return LedgerTable.create(moto_url)


@pytest.fixture
def ledger(moto_url: str) -> LedgerTable:
    return LedgerTable.create(moto_url)


@pytest.fixture(scope="session")
def aws_session() -> boto3.session.Session:
    """One session for all clients: it keeps what botocore would read from disk for each of them."""
    return boto3.session.Session()
