"""The policies by name, each small enough for IAM."""

import json
from collections.abc import Mapping

from config.bootstrap.identity import identity
from config.bootstrap.services import Statement, application, foundation
from config.environment import EnvironmentConfig
from config.errors import ConfigError

MAX_CHARACTERS = 6144
"""What a managed policy may have, spaces aside.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""


def execution_policies(config: EnvironmentConfig) -> dict[str, Mapping[str, object]]:
    """Policy name to document; raises ConfigError for one that IAM would refuse as too long."""
    parts = {"application": application(config), "foundation": foundation(config), "identity": identity(config)}
    policies = {config.named(f"cloudformation-{part}"): _document(statements) for part, statements in parts.items()}
    for name, policy in policies.items():
        length = len(json.dumps(policy, separators=(",", ":")))
        if length > MAX_CHARACTERS:
            raise ConfigError(f"The policy {name} has {length} characters; IAM takes {MAX_CHARACTERS}. Split it.")
    return policies


def _document(statements: list[Statement]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": statements}
