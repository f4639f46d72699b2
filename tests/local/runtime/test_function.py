"""A function as its invoker sees it: real processes, a handler of a few lines."""

import dataclasses
import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from local.accounts.credentials import Credentials
from local.accounts.inspect.functions import Function as Configuration
from local.process_table import start_time
from local.runtime.environment import process_environment
from local.runtime.errors import HandlerError, PayloadTooLargeError, ThrottledError, TimedOutError
from local.runtime.execution_environment import ExecutionEnvironment
from local.runtime.function import Function

CODE = """
import os, sys, time

def handler(event, context):
    if "sleep" in event:
        time.sleep(event["sleep"])
    if "wait" in event:
        print(os.getpid(), file=open(event["wait"], "w"))
        while os.path.exists(event["wait"]):
            time.sleep(0.02)
    if "raise" in event:
        raise ValueError(event["raise"])
    if "exit" in event:
        os._exit(event["exit"])
    if "answer" in event:
        return eval(event["answer"])
    print("said", event["say"])
    return {
        "environment": dict(os.environ),
        "path": sys.path[0],
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "remaining": context.get_remaining_time_in_millis(),
        "name": context.function_name,
    }
"""
CONFIGURATION = Configuration(
    name="tiny",
    handler="package.module.handler",
    runtime="python3.12",
    architecture="arm64",
    timeout_seconds=20,
    memory_mb=256,
    environment={"COLOUR": "blue"},
    role_arn="arn:aws:iam::111122223333:role/tiny",
    reserved_concurrency=None,
)
CREDENTIALS = Credentials(
    url="http://localhost:1", account="111122223333", region="eu-central-1", access_key="a", secret_key="s", token="t"
)
ARN = "arn:aws:lambda:eu-central-1:111122223333:function:tiny"


@pytest.fixture
def function(tmp_path: Path) -> Iterator[Callable[..., Function]]:
    """Functions with other settings than CONFIGURATION's."""
    (tmp_path / "code" / "package").mkdir(parents=True)
    (tmp_path / "code" / "package" / "module.py").write_text(CODE)
    made: list[Function] = []

    def make(*, concurrency: int | None = None, **settings: object) -> Function:
        configuration = dataclasses.replace(CONFIGURATION, **settings)
        environment = process_environment(
            configuration, CREDENTIALS, tmp_path / "code", {"SAGEMAKER_RUNTIME": "http://localhost:2"}
        )
        start = partial(
            ExecutionEnvironment, configuration, environment, arn=ARN, code=tmp_path / "code", log=tmp_path / "log"
        )
        made.append(Function("tiny", start, concurrency=concurrency))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_the_handler_sees_its_deployed_variables_lambdas_own_and_nothing_of_this_process(
    function, tmp_path, monkeypatch
):
    monkeypatch.setenv("AWS_PROFILE", "the-persons-own")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    answer = function().invoke({"say": "nothing"}, request_id="r-1")
    remaining = answer.pop("remaining")
    assert 0 < remaining <= 20_000
    assert answer == {
        "environment": {
            "PATH": answer["environment"]["PATH"],
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "COLOUR": "blue",
            "AWS_ENDPOINT_URL": "http://localhost:1",
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": "http://localhost:2",
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_SESSION_TOKEN": "t",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
            "AWS_LAMBDA_FUNCTION_NAME": "tiny",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/tiny",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "LAMBDA_TASK_ROOT": str(tmp_path / "code"),
            "_HANDLER": "package.module.handler",
        },
        "path": str(tmp_path / "code"),
        "request_id": "r-1",
        "arn": ARN,
        "name": "tiny",
    }


def test_what_the_handler_prints_is_its_log(function, tmp_path):
    one = function()
    one.invoke({"say": "ä"}, request_id="")
    one.stop()
    assert (tmp_path / "log").read_text(encoding="utf-8") == "said ä\n"


def test_an_exceptions_text_is_neither_in_the_answer_nor_in_the_log(function, tmp_path):
    one = function()
    with pytest.raises(HandlerError) as caught:
        one.invoke({"raise": "geheim-4711"}, request_id="")
    assert str(caught.value) == "The function tiny failed: ValueError."
    assert one.invoke({"answer": "1"}, request_id="") == 1
    one.stop()
    assert json.loads((tmp_path / "log").read_text()) == {
        "level": "error",
        "event": "function_failed",
        "exception": "ValueError",
        "place": "module.py:12",
    }


@pytest.mark.parametrize("missing", ["package.nothing.handler", "package.module.nothing"])
def test_a_handler_that_cannot_be_loaded_fails_every_event(function, missing):
    one = function(handler=missing)
    for _ in range(2):
        with pytest.raises(HandlerError) as caught:
            one.invoke({}, request_id="")
        assert caught.value.kind == "Runtime.ImportModuleError"


def test_a_process_that_ends_fails_its_event_and_the_next_one_gets_another(function):
    one = function()
    with pytest.raises(HandlerError) as caught:
        one.invoke({"exit": 3}, request_id="")
    assert caught.value.kind == "Runtime.ExitError"
    assert one.invoke({"answer": "'well'"}, request_id="") == "well"


def test_a_handler_that_takes_too_long_is_ended_and_the_next_event_gets_another_process(function):
    one = function(timeout_seconds=1)
    with pytest.raises(TimedOutError) as caught:
        one.invoke({"sleep": 600}, request_id="")
    assert str(caught.value) == "The function tiny did not end within 1 seconds."
    assert one.invoke({"answer": "'well'"}, request_id="") == "well"


def test_events_and_answers_over_6_mb_do_not_pass(function):
    one = function()
    with pytest.raises(PayloadTooLargeError):
        one.invoke({"say": "x" * 6_291_556}, request_id="")
    umlauts = one.invoke({"answer": "'ä' * 3_000_000", "say": "ä" * 3_000_000}, request_id="")
    assert umlauts == "ä" * 3_000_000
    with pytest.raises(PayloadTooLargeError):
        one.invoke({"say": "ä" * 3_145_778}, request_id="")
    with pytest.raises(HandlerError) as caught:
        one.invoke({"answer": "'x' * 6_291_556"}, request_id="")
    assert caught.value.kind == "Function.ResponseSizeTooLarge"
    with pytest.raises(HandlerError) as caught:
        one.invoke({"answer": "{1, 2}"}, request_id="")
    assert caught.value.kind == "TypeError"


def held(function: Function, mark: Path) -> threading.Thread:
    """An invocation that runs until ``mark`` is removed."""
    thread = threading.Thread(
        target=function.invoke, args=({"wait": str(mark), "answer": "1"},), kwargs={"request_id": ""}
    )
    thread.start()
    while not mark.exists():
        time.sleep(0.02)
    return thread


def test_an_event_beyond_the_reserved_concurrency_is_refused_at_once(function, tmp_path):
    one = function(concurrency=1)
    running = held(one, tmp_path / "mark")
    with pytest.raises(ThrottledError) as caught:
        one.invoke({"answer": "1"}, request_id="")
    (tmp_path / "mark").unlink()
    running.join()
    assert str(caught.value) == "The function tiny runs as many times at once as it may."
    assert one.invoke({"answer": "2"}, request_id="") == 2


def test_an_event_that_finds_no_process_free_gets_one_of_its_own(function, tmp_path):
    one = function(concurrency=5)
    running = held(one, tmp_path / "mark")
    assert one.invoke({"answer": "2"}, request_id="") == 2
    (tmp_path / "mark").unlink()
    running.join()


def test_a_handler_that_is_busy_ends_with_the_process_that_asked_it_even_if_that_is_killed(function, tmp_path):
    mark = tmp_path / "mark"
    asking = multiprocessing.get_context("fork").Process(
        target=function().invoke, args=({"wait": str(mark)},), kwargs={"request_id": ""}
    )
    asking.start()
    while not (mark.exists() and mark.read_text()):
        time.sleep(0.02)
    handler = int(mark.read_text())
    assert start_time(handler) is not None
    asking.kill()
    asking.join()
    while start_time(handler) is not None:
        time.sleep(0.02)
