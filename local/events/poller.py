"""What Lambda's poller does: takes messages from a queue, hands them to the function, deletes what it has done."""

import json
import math
import sys
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.inspect.functions import QueueSource
from local.pace import Pace
from local.runtime.errors import InvocationError
from local.runtime.function import Invocable

_WAIT_SECONDS = 1
_LEAST_INVISIBLE_SECONDS = 10
"""A message comes back a limited number of times, so not so fast that they are used up while a large model starts."""


class Poller:
    """One queue and its function. What fails becomes visible again when the queue's visibility timeout has passed, at
    this machine's pace: what it waits for, a deployment, is faster here too."""

    def __init__(
        self, source: QueueSource, credentials: Credentials, function: Invocable, *, pace: Pace | None = None
    ) -> None:
        self._source = source
        self._sqs = credentials.client("sqs")
        name = source.queue_arn.rpartition(":")[2]
        self._queue_url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        self._function = function
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["VisibilityTimeout"])
        invisible = int(attributes["Attributes"]["VisibilityTimeout"])
        paced = math.ceil((pace or Pace()).seconds(invisible))
        self._invisible_seconds = min(invisible, max(paced, _LEAST_INVISIBLE_SECONDS))

    def poll(self) -> int:
        """Wait a second for messages and have them answered; returns how many were done."""
        received = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=min(10, self._source.batch_size),
            WaitTimeSeconds=_WAIT_SECONDS,
            VisibilityTimeout=self._invisible_seconds,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not received:
            return 0
        event = {"Records": [self._record(message) for message in received]}
        failed = self._failed(event, received)
        done = [message for message in received if message["MessageId"] not in failed]
        if done:
            self._sqs.delete_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(done)
                ],
            )
        return len(done)

    def try_poll(self) -> bool:
        """Poll; False, and a line in the log, if that went wrong in any way: the queue is still to be watched."""
        try:
            self.poll()
        except Exception as error:
            _log("poll_failed", queue=self._queue_url, exception=type(error).__name__)
            return False
        return True

    def _failed(self, event: Mapping[str, Any], received: Sequence[Mapping[str, Any]]) -> frozenset[str]:
        every = frozenset(message["MessageId"] for message in received)
        request_id = str(uuid.uuid4())
        try:
            answer = self._function.invoke(event, request_id=request_id)
        except InvocationError as error:
            _log("messages_returned", request_id=request_id, reason=str(error))
            return every
        if not self._source.reports_failures:
            return frozenset()
        try:
            failures = (answer or {}).get("batchItemFailures") or ()
            failed = frozenset(failure["itemIdentifier"] for failure in failures)
        except (KeyError, TypeError, AttributeError):
            return every
        # As another form does, an identifier that is no message's fails them all:
        # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        return failed if failed <= every else every

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": message.get("MessageAttributes", {}),
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._source.queue_arn,
            "awsRegion": self._source.queue_arn.split(":")[3],
        }


def _log(event: str, **facts: str) -> None:
    print(json.dumps({"event": event, **facts}), file=sys.stderr, flush=True)
