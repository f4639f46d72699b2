"""What becomes of a queue's messages, with the emulator's own queues."""

import json
from collections.abc import Iterator

import pytest

from local.accounts import emulator
from local.accounts.credentials import Credentials, assume
from local.accounts.inspect.functions import QueueSource
from local.events.poller import Poller
from local.pace import Pace
from local.runtime.errors import HandlerError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Credentials]:
    state = tmp_path_factory.mktemp("accounts") / "accounts.json"
    yield assume(emulator.start(state), account="111122223333", region="eu-central-1")
    emulator.stop(state)


class Queue:
    """A queue and the function that it feeds."""

    def __init__(self, account: Credentials, name: str) -> None:
        self.sqs = account.client("sqs")
        self.url = self.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
        self.account, self.arn = account, f"arn:aws:sqs:eu-central-1:111122223333:{name}"
        self.events = []

    def poll(self, answer, *, reports_failures=True):
        source = QueueSource(queue_arn=self.arn, function="deploy", batch_size=10, reports_failures=reports_failures)
        self.answer = answer
        return Poller(source, self.account, self).poll()

    def invoke(self, event, *, request_id):
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(event) if callable(self.answer) else self.answer

    def bodies(self):
        """What is left in the queue."""
        received = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
        return [message["Body"] for message in received]


@pytest.fixture
def queue(account: Credentials, request: pytest.FixtureRequest) -> Queue:
    made = Queue(account, f"queue-{abs(hash(request.node.name))}")
    for body in ("one", "two"):
        made.sqs.send_message(QueueUrl=made.url, MessageBody=body)
    return made


def test_a_message_is_handed_over_as_lambda_does(queue):
    queue.poll({"batchItemFailures": []})
    (event,) = queue.events
    first = event["Records"][0]
    assert (first["body"], first["attributes"]["ApproximateReceiveCount"]) == ("one", "1")
    assert {name: first[name] for name in ("eventSource", "eventSourceARN", "awsRegion", "messageAttributes")} == {
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.arn,
        "awsRegion": "eu-central-1",
        "messageAttributes": {},
    }
    assert set(first) == {
        "messageId",
        "receiptHandle",
        "body",
        "attributes",
        "messageAttributes",
        "md5OfBody",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
    }


@pytest.mark.parametrize(("visibility", "expected"), [("1200", 20), ("360", 10), ("5", 5)])
def test_a_message_stays_invisible_at_this_machines_pace_but_for_ten_seconds_if_the_queue_has_them(
    account, visibility, expected
):
    made = Queue(account, f"paced-{visibility}")
    made.sqs.set_queue_attributes(QueueUrl=made.url, Attributes={"VisibilityTimeout": visibility})
    source = QueueSource(queue_arn=made.arn, function="deploy", batch_size=10, reports_failures=True)
    poller = Poller(source, account, made, pace=Pace(times=60))
    asked, event = [], "before-parameter-build.sqs.ReceiveMessage"
    made.sqs.meta.events.register(event, lambda params, **_: asked.append(params["VisibilityTimeout"]), "look")
    poller.poll()
    made.sqs.meta.events.unregister(event, unique_id="look")
    assert asked == [expected]


def test_what_is_done_leaves_the_queue_and_what_failed_stays(queue):
    def fail_the_second(event):
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][1]["messageId"]}]}

    assert queue.poll(fail_the_second) == 1
    assert queue.bodies() == ["two"]


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_answer_without_failures_is_done_with_all(queue, answer):
    assert queue.poll(answer) == 2
    assert queue.bodies() == []


@pytest.mark.parametrize(
    "answer",
    [
        HandlerError("deploy", "ValueError"),
        "text",
        {"batchItemFailures": [{}]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemIdentifier": []}]},
        {"batchItemFailures": [{"itemIdentifier": "of no message"}]},
    ],
)
def test_a_function_that_fails_or_answers_otherwise_gets_all_messages_again(queue, answer):
    assert queue.poll(answer) == 0
    assert queue.bodies() == ["one", "two"]


def test_where_no_failures_are_reported_an_answer_is_done_with_all(queue):
    failures = {"batchItemFailures": [{"itemIdentifier": "x"}]}
    assert queue.poll(failures, reports_failures=False) == 2


def test_an_empty_queue_calls_nobody(queue):
    queue.poll(None)
    assert (queue.poll(None), len(queue.events)) == (0, 1)


def test_an_unexpected_error_is_logged_by_its_type_and_leaves_the_messages_for_the_next_poll(queue, capsys):
    queue.answer = RuntimeError("geheim-4711")
    source = QueueSource(queue_arn=queue.arn, function="deploy", batch_size=10, reports_failures=True)
    poller = Poller(source, queue.account, queue)
    assert not poller.try_poll()
    assert json.loads(capsys.readouterr().err) == {
        "event": "poll_failed",
        "queue": queue.url,
        "exception": "RuntimeError",
    }
    queue.answer = None
    assert poller.try_poll()
    assert queue.bodies() == []
