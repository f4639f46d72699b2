"""The templates that an environment's account holds."""

import json
from collections.abc import Mapping
from typing import Any

from local.infra.account import Account, in_one_sentence
from local.infra.errors import AccountError

# One that is only being reviewed has none yet; one that is gone is listed for 90 days.
_WITHOUT_TEMPLATE = frozenset({"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"})


def deployed_templates(account: Account) -> Mapping[str, Mapping[str, Any]]:
    """The template of each deployed stack of the account's environment, by stack.

    Raises:
        AccountError: CloudFormation refuses to say.
    """
    client = account.client("cloudformation")
    prefix = f"mailroom-{account.environment}-"
    with in_one_sentence("The deployed templates cannot be read"):
        # Describing them needs a right to each stack of the account; listing does not.
        pages = client.get_paginator("list_stacks").paginate()
        names = sorted(
            stack["StackName"]
            for page in pages
            for stack in page["StackSummaries"]
            if stack["StackName"].startswith(prefix) and stack["StackStatus"] not in _WITHOUT_TEMPLATE
        )
        bodies = {
            name.removeprefix(prefix): client.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
            for name in names
        }
    return {name: _parsed(name, body) for name, body in bodies.items()}


def _parsed(name: str, body: Any) -> Mapping[str, Any]:
    # boto3 hands out a JSON template as an ordered dict, and anything else as the text it is.
    try:
        found: Mapping[str, Any] = json.loads(body if isinstance(body, str) else json.dumps(body))
    except ValueError:
        raise AccountError(f"The deployed template of {name} is no JSON: deploy it with `make deploy` first.") from None
    return found
