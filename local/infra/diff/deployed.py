"""The templates that an environment's account holds."""

import json
from collections.abc import Mapping
from typing import Any

from local.infra.account import Account, in_one_sentence


def deployed_templates(account: Account) -> Mapping[str, Mapping[str, Any]]:
    """The template of each deployed stack of the account's environment, by stack.

    Raises:
        AccountError: CloudFormation refuses to say.
    """
    client = account.client("cloudformation")
    prefix = f"mailroom-{account.environment}-"
    with in_one_sentence("The deployed templates cannot be read"):
        pages = client.get_paginator("describe_stacks").paginate()
        names = sorted(
            stack["StackName"]
            for page in pages
            for stack in page["Stacks"]
            # A stack that is only being reviewed has no template yet.
            if stack["StackName"].startswith(prefix) and stack["StackStatus"] != "REVIEW_IN_PROGRESS"
        )
        bodies = {
            name.removeprefix(prefix): client.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
            for name in names
        }
    # boto3 hands out a JSON template as an ordered dict, and anything else as the text it is.
    return {name: json.loads(body if isinstance(body, str) else json.dumps(body)) for name, body in bodies.items()}
