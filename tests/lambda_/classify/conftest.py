import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3.session
import pytest

from classify.application import Application
from classify.settings import Settings
from local.endpoint.model_server.http_server import HttpRequest, HttpResponse, LoopbackServer
from local.endpoint.supervisor import LocalEndpoint
from local.front.function import function_environment
from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from tests.support.classify_api import SECRET, Api
from tests.support.keyword_archive import make_keyword_archive


@pytest.fixture(scope="session")
def keyword_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEndpoint]:
    archive = make_keyword_archive(tmp_path_factory.mktemp("keyword-archive"))
    with LocalEndpoint(archive, name="keywords") as endpoint:
        yield endpoint


@pytest.fixture(autouse=True)
def no_mail_text_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever a test does: no log line, printed line or endpoint's line holds what a mail said."""
    caplog.set_level(logging.INFO)
    yield
    printed = capfd.readouterr()
    assert SECRET not in caplog.text + printed.out + printed.err


MakeApi = Callable[..., Api]


@pytest.fixture(scope="session")
def make_api() -> MakeApi:
    # One session for all clients: it keeps what botocore would read from disk for each of them.
    session = boto3.session.Session()

    def make(url: str, name: str = "keywords", **settings: float) -> Api:
        with pytest.MonkeyPatch.context() as environment:
            for variable, value in function_environment(endpoint_url=url, endpoint_name=name).items():
                environment.setenv(variable, value)
            environment.setattr(boto3.session, "Session", lambda: session)
            return Api(Application.from_settings(Settings(endpoint_name=name, **{"audit_share": 0.0, **settings})))

    return make


@pytest.fixture(scope="session")
def api(make_api: MakeApi, keyword_endpoint: LocalEndpoint) -> Api:
    return make_api(keyword_endpoint.url)


@pytest.fixture
def http_endpoint() -> Iterator[Callable[..., str]]:
    """Starts a real HTTP server that answers invocations, any number at once; returns its URL.

    The answer is a body, or a function from the invocation's body to the answer's.
    """
    servers: list[LoopbackServer] = []

    def start(status: int, answer: bytes | Callable[[bytes], bytes]) -> str:
        def respond(request: HttpRequest) -> HttpResponse:
            return HttpResponse(status=status, body=answer if isinstance(answer, bytes) else answer(request.body))

        servers.append(LoopbackServer(0, respond, max_bytes=1 << 24, too_large=HttpResponse(status=413)))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return servers[-1].url

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def large_taxonomy_archive(tmp_path: Path) -> Path:
    active = [Label(id=f"topic-{number}", task="topic") for number in range(401)]
    return make_keyword_archive(
        tmp_path / "archive",
        taxonomy=Taxonomy(
            version="t-9",
            tasks=("topic",),
            labels=(*active, Label(id="old", task="topic", status=LabelStatus.DEPRECATED)),
        ),
    )
