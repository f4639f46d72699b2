"""Which versions were turned back, and why, by the history of the stack that was to carry them.

The function ``deploy`` begins each update with a token that names the version; CloudFormation keeps it with the events
of 90 days. When a version was rejected, which forgives a failure before, the function keeps in an SSM parameter.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from local.infra.account import Account

_TOKEN = re.compile(r"mailroom-v(\d+)-")
_BECAUSE_OF_ANOTHER = "cancelled"
"""What CloudFormation says of a resource that it stopped because another had failed."""


def turned_back(account: Account, stack: str, *, rejections: str) -> Mapping[int, str]:
    """By the version's number, why its last deployment was undone, if it was not rejected since.

    ``rejections``: the name of the SSM parameter that keeps when that was. Raises ClientError, BotoCoreError.
    """
    forgiven = _moments(account, rejections)
    pages = account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
    found: dict[int, str] = {}
    seen: set[int] = set()
    undone, reason = False, ""
    for event in (event for page in pages for event in page["StackEvents"]):  # the newest first
        status, said = event["ResourceStatus"], " ".join(event.get("ResourceStatusReason", "").split())
        if status.endswith("_FAILED") and said and _BECAUSE_OF_ANOTHER not in said:
            reason = said  # the oldest is the cause of the others
        if event.get("PhysicalResourceId") != event["StackId"]:
            continue
        undone = undone or status.startswith("UPDATE_ROLLBACK_")
        if status != "UPDATE_IN_PROGRESS":
            continue
        token = _TOKEN.match(event.get("ClientRequestToken", ""))
        if token is not None and (number := int(token[1])) not in seen:
            seen.add(number)
            if undone and event["Timestamp"] >= forgiven.get(number, event["Timestamp"]):
                found[number] = reason.rstrip(".") or "CloudFormation names no reason"
        undone, reason = False, ""
    return found


def _moments(account: Account, name: str) -> Mapping[int, datetime]:
    try:
        value = account.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return {}
        raise
    return {int(number): datetime.fromtimestamp(seconds, UTC) for number, seconds in json.loads(value).items()}
