"""Writing feedback into the ledger, each item once."""

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any, TypeVar

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mailroom.attribute_values import to_attributes
from mailroom.errors import MailroomError
from mailroom.lambda_runtime.background import DeadlinePassedError, gather
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.ledger import RecordedFeedback, feedback_row

WRITES_AT_ONCE = 32
"""500 conditional writes of some milliseconds each take some tenths of a second so."""

Key = TypeVar("Key", bound=Hashable)


class LedgerError(MailroomError):
    """A row is not known to be written. ``reason`` is the name of the cause, fit for a log line."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The ledger took no row: {reason}.")
        self.reason = reason


def ledger_client(session: boto3.session.Session) -> Any:
    """A dynamodb client that tries a write again, which the condition makes harmless."""
    config = Config(
        connect_timeout=1.0,
        read_timeout=2.0,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=WRITES_AT_ONCE,
        tcp_keepalive=True,
        # The VPC's gateway endpoint and its policy are for the regional address.
        account_id_endpoint_mode="disabled",
    )
    return session.client("dynamodb", config=config)


class Ledger:
    """The ledger's table."""

    def __init__(self, client: Any, *, table: str, keep_days: int) -> None:
        self._client = client
        self._table = table
        self._keep_days = keep_days

    def record(self, feedback: Mapping[Key, RecordedFeedback], deadline: Deadline) -> dict[Key, bool | LedgerError]:
        """Per key: whether the row is new (else the ledger had it and nothing changed), or why it is not known."""
        ended = gather(
            {key: partial(self._put, one) for key, one in feedback.items()},
            at_once=WRITES_AT_ONCE,
            deadline=deadline,
        )
        return {key: _known(ended.get(key, _LATE)) for key in feedback}

    def _put(self, feedback: RecordedFeedback) -> bool:
        row = to_attributes(feedback_row(feedback, keep_days=self._keep_days))
        try:
            self._client.put_item(
                TableName=self._table,
                Item=row,
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "ClientError"))
            if code == "ConditionalCheckFailedException":
                # The very row, its time included, is this call's own: the answer to its first attempt was lost.
                return bool(error.response.get("Item") == row)
            raise LedgerError(code) from None
        except BotoCoreError as error:
            raise LedgerError(type(error).__name__) from None
        return True


_LATE = DeadlinePassedError()


def _known(ended: bool | Exception) -> bool | LedgerError:
    if isinstance(ended, bool | LedgerError):
        return ended
    # The name alone: the text of an exception may quote what it broke on.
    return LedgerError(type(ended).__name__)
