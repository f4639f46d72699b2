"""Whether a function's resource policy lets the API call it, as Lambda asks at every call."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials
from local.accounts.inspect.rest_api import RestApi, Route

_SERVICE = "apigateway.amazonaws.com"


def may_invoke(credentials: Credentials, api: RestApi, route: Route) -> bool:
    """Whether ``route`` of ``api`` may call the function that its integration names."""
    try:
        answer = credentials.client("lambda").get_policy(FunctionName=route.function)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    place = f"arn:aws:execute-api:{credentials.region}:{credentials.account}"
    source = f"{place}:{api.id}/{api.stage}/{route.method}{route.path}"
    return any(_allows(statement, source) for statement in json.loads(answer["Policy"])["Statement"])


def _allows(statement: Mapping[str, Any], source: str) -> bool:
    principal = statement.get("Principal", {})
    service = principal.get("Service") if isinstance(principal, dict) else principal
    if (statement["Effect"], statement["Action"], service) != ("Allow", "lambda:InvokeFunction", _SERVICE):
        return False
    wanted = [
        pattern
        for condition in statement.get("Condition", {}).values()
        for name, pattern in condition.items()
        if name.lower() == "aws:sourcearn"
    ]
    return all(fnmatchcase(source, pattern) for pattern in wanted)
