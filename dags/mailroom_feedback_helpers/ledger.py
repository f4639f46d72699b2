"""Reading the ledger: the feedback of a month, and the predictions it is about."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mailroom.attribute_values import from_attributes, to_attributes
from mailroom.ledger import (
    FEEDBACK,
    PREDICTION,
    RecordedFeedback,
    RecordedPrediction,
    feedback_of_row,
    partition_key,
    prediction_of_row,
)

BATCH_SIZE = 100
"""BatchGetItem takes no more."""

ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The table; ``dynamodb`` is a boto3 client."""

    dynamodb: Any
    table: str

    def feedback(self, month: str) -> Iterator[RecordedFeedback]:
        """What was recorded in ``month``, UTC, in no order.

        The whole table is read for it, page by page: nothing asks for time more often than once a month, and an index
        by it would cost more with every mail.

        Raises:
            ContractError: a row is none that Mailroom has written.
        """
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.table,
            FilterExpression="begins_with(sk, :feedback) AND begins_with(recorded_at, :month)",
            ExpressionAttributeValues=to_attributes({":feedback": FEEDBACK, ":month": f"{month}-"}),
        )
        for page in pages:
            for item in page["Items"]:
                yield feedback_of_row(from_attributes(item))

    def predictions(self, keys: Iterable[str]) -> Iterator[tuple[str, RecordedPrediction]]:
        """The predictions of partitions with their keys, as far as the ledger has them, in no order.

        Raises:
            ContractError: a row is none that Mailroom has written.
            OSError: the table did not answer in full, although it was asked several times.
        """
        waiting = iter(keys)
        while batch := list(islice(waiting, BATCH_SIZE)):
            for item in self._items(batch):
                row = from_attributes(item)
                yield str(row["pk"]), prediction_of_row(row)

    def _items(self, keys: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        left: Mapping[str, Any] = {self.table: {"Keys": [to_attributes({"pk": key, "sk": PREDICTION}) for key in keys]}}
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
            answer = self.dynamodb.batch_get_item(RequestItems=left)
            yield from answer["Responses"].get(self.table, ())
            left = answer.get("UnprocessedKeys", {})
            if not left:
                return
        raise OSError("The ledger did not answer in full, although it was asked several times.")


def key_of(feedback: RecordedFeedback) -> str:
    """The partition that a feedback shares with its prediction."""
    return partition_key(feedback.client_id, feedback.feedback.prediction_id)
