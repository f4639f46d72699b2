"""What Lambda's poller does: takes messages from a queue, hands them to the function, deletes what it has done."""

import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.inspect.functions import QueueSource
from local.runtime.errors import InvocationError
from local.runtime.function import Invocable

_WAIT_SECONDS = 1


class Poller:
    """One queue and its function. What fails becomes visible again when the queue's visibility timeout has passed."""

    def __init__(self, source: QueueSource, credentials: Credentials, function: Invocable) -> None:
        self._source = source
        self._sqs = credentials.client("sqs")
        name = source.queue_arn.rpartition(":")[2]
        self._queue_url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        self._function = function

    def poll(self) -> int:
        """Wait a second for messages and have them answered; returns how many were done."""
        received = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=min(10, self._source.batch_size),
            WaitTimeSeconds=_WAIT_SECONDS,
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

    def _failed(self, event: Mapping[str, Any], received: Sequence[Mapping[str, Any]]) -> frozenset[str]:
        every = frozenset(message["MessageId"] for message in received)
        request_id = str(uuid.uuid4())
        try:
            answer = self._function.invoke(event, request_id=request_id)
        except InvocationError as error:
            facts = {"event": "messages_returned", "request_id": request_id, "reason": str(error)}
            print(json.dumps(facts), file=sys.stderr, flush=True)
            return every
        if not self._source.reports_failures:
            return frozenset()
        try:
            return frozenset(failure["itemIdentifier"] for failure in (answer or {}).get("batchItemFailures", []))
        except (KeyError, TypeError, AttributeError):
            # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: another form fails them all
            return every

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
