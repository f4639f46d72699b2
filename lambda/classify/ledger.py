"""Writing predictions into the ledger, while the caller still waits for its answer."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mailroom.attribute_values import to_attributes
from mailroom.lambda_runtime.background import DeadlinePassedError, gather
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.ledger import RecordedPrediction, prediction_row

BATCH_SIZE = 25
"""BatchWriteItem takes no more; a request of 100 mails makes four calls, side by side."""

BATCHES_AT_ONCE = 4

ATTEMPTS = 4

FIRST_PAUSE_SECONDS = 0.05

WRITE_SECONDS = 2.0
"""No answer waits longer for the ledger, however much of its own time is left."""

# What another try cannot mend: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
_FINAL = frozenset({"AccessDeniedException", "ResourceNotFoundException", "ValidationException"})

_LATE = DeadlinePassedError()


def ledger_client(session: boto3.session.Session) -> Any:
    """A dynamodb client without retries of its own: ``Ledger`` tries again, in less time than botocore takes."""
    config = Config(
        connect_timeout=1.0,
        read_timeout=WRITE_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=2 * BATCHES_AT_ONCE,
        tcp_keepalive=True,
        # The VPC's gateway endpoint and its policy are for the regional address.
        account_id_endpoint_mode="disabled",
    )
    return session.client("dynamodb", config=config)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unwritten:
    """How many rows are not known to be written, and why: the cause's name, fit for a log line."""

    rows: int
    reason: str


class Ledger:
    """The ledger's table."""

    def __init__(self, client: Any, *, table: str, keep_days: int) -> None:
        self._client = client
        self._table = table
        self._keep_days = keep_days

    def record(self, predictions: Sequence[RecordedPrediction], deadline: Deadline) -> tuple[Unwritten, ...]:
        """Write a row for each prediction, within the deadline; returns what could not be written, and never raises."""
        deadline = deadline.or_within(WRITE_SECONDS)
        batches = {start: predictions[start : start + BATCH_SIZE] for start in range(0, len(predictions), BATCH_SIZE)}
        ended = gather(
            {start: partial(self._write, batch, deadline) for start, batch in batches.items()},
            at_once=BATCHES_AT_ONCE,
            deadline=deadline,
        )
        found = [_unwritten(len(batch), ended.get(start, _LATE)) for start, batch in batches.items()]
        return tuple(unwritten for unwritten in found if unwritten.rows)

    def _write(self, batch: Sequence[RecordedPrediction], deadline: Deadline) -> Unwritten:
        left: Sequence[Mapping[str, Any]] = [
            {"PutRequest": {"Item": to_attributes(prediction_row(prediction, keep_days=self._keep_days))}}
            for prediction in batch
        ]
        reason = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                # Jitter keeps functions that were refused together from coming back together.
                pause = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1)  # noqa: S311 - no secret
                time.sleep(min(pause, deadline.remaining()))
            try:
                answer = self._client.batch_write_item(RequestItems={self._table: left})
            except ClientError as error:
                reason = str(error.response.get("Error", {}).get("Code", "ClientError"))
                if reason in _FINAL:
                    break
            except BotoCoreError as error:
                reason = type(error).__name__
            else:
                left = answer.get("UnprocessedItems", {}).get(self._table, [])
                reason = "UnprocessedItems"
            if not left or not deadline.remaining():
                break
        return Unwritten(rows=len(left), reason=reason)


def _unwritten(rows: int, ended: Unwritten | Exception) -> Unwritten:
    # The name alone: the text of an exception may quote what it broke on.
    return Unwritten(rows=rows, reason=type(ended).__name__) if isinstance(ended, Exception) else ended
