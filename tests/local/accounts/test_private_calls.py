import json
from collections.abc import Iterator, Mapping
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.accounts.gaps.private_calls import PrivateCalls
from local.accounts.private_calls import call


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def echo(account: str, region: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"account": account, "region": region, "content": content}


def refuse(*_: Any) -> Mapping[str, Any]:
    raise EmulatorError("There is no such execution.")


def fail(*_: Any) -> Mapping[str, Any]:
    raise KeyError("customer text")


def other(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"handed_on": environ["PATH_INFO"]}).encode()]


@pytest.fixture(scope="module")
def credentials() -> Iterator[Credentials]:
    application = PrivateCalls(other, {"echo": echo, "refuse": refuse, "fail": fail})
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Credentials(
            url=f"http://127.0.0.1:{server.server_port}",
            account="111122223333",
            region="eu-central-1",
            access_key="a",
            secret_key="b",
            token="c",
        )
        server.shutdown()
        thread.join()


def test_a_private_call_reaches_its_function_with_the_account_and_region(credentials: Credentials) -> None:
    assert call(credentials, "echo", {"step": "train"}) == {
        "account": "111122223333",
        "region": "eu-central-1",
        "content": {"step": "train"},
    }


def test_a_refusal_is_raised_with_its_sentence(credentials: Credentials) -> None:
    with pytest.raises(EmulatorError, match=r"^There is no such execution\.$"):
        call(credentials, "refuse", {})


def test_a_fault_is_answered_without_what_it_held(credentials: Credentials) -> None:
    with pytest.raises(EmulatorError, match=r"^The call fail failed; the server's log says why\.$"):
        call(credentials, "fail", {})


def test_an_unknown_call_is_refused(credentials: Credentials) -> None:
    with pytest.raises(EmulatorError, match=r"^There is no such call\.$"):
        call(credentials, "nothing", {})


def test_an_account_that_does_not_answer_is_named_so(credentials: Credentials) -> None:
    from dataclasses import replace

    with pytest.raises(EmulatorError, match=r"^The emulated accounts do not answer \(URLError\)\.$"):
        call(replace(credentials, url="http://127.0.0.1:9"), "echo", {})


def test_all_else_is_handed_on() -> None:
    said: list[str] = []
    body = PrivateCalls(other, {})({"PATH_INFO": "/bucket/key"}, lambda status, _: said.append(status))
    assert (said, list(body)) == (["200 OK"], [b'{"handed_on": "/bucket/key"}'])
