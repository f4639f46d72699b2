"""One delivery of the queue: which of its messages are done, and which must come back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from deploy.deployment import Outcome
from deploy.errors import StateChangeError
from deploy.state_change import StateChange, state_change_from_json
from mailroom.errors import MailroomError
from mailroom.lambda_runtime import logs

Settle = Callable[[Sequence[StateChange]], Outcome]
"""What is to be done about changes of the group."""


def answer(event: Mapping[str, Any], *, group: str, settle: Settle) -> dict[str, Any]:
    """Lambda's partial batch response: the messages that must come back.

    A message says only that something changed in the registry, so all of a batch are answered by one look at it. A
    message comes back every visibility timeout until the update that it caused has ended; so visibility timeout times
    the queue's maxReceiveCount must exceed the longest update (creating the new fleet, canary, bake and rollback).
    What can never succeed takes the same way and ends in the dead-letter queue, where a person sees it and from where,
    once repaired, it can be redriven at any time.
    """
    returned: list[str] = []
    relevant: dict[str, StateChange] = {}
    for record in event["Records"]:
        message_id = str(record["messageId"])
        try:
            change = state_change_from_json(record["body"])
        except StateChangeError as error:
            # Told as an error once: it comes back as often as any other on its way to the dead letters.
            level = "error" if _is_new(record) else "warning"
            logs.write("malformed", {"message_id": message_id, "problem": str(error)}, level=level)
            returned.append(message_id)
            continue
        if change.group == group:
            relevant[message_id] = change
        else:
            logs.write("ignored", {"message_id": message_id, "package": change.package_arn})
    if relevant and not _settled(settle, list(relevant.values())):
        returned.extend(relevant)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in returned]}


def _is_new(record: Mapping[str, Any]) -> bool:
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)) == 1


def _settled(settle: Settle, changes: Sequence[StateChange]) -> bool:
    try:
        return settle(changes) is Outcome.SETTLED
    except MailroomError as error:
        logs.write("stuck", {"problem": str(error)}, level="error")
    except ClientError as error:
        facts = {"operation": error.operation_name, "code": str(error.response["Error"]["Code"])}
        logs.write("failed", facts, level="error")
    except BotoCoreError as error:
        logs.write("failed", {"exception": type(error).__name__, "place": logs.place(error)}, level="error")
    return False
