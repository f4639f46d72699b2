"""What a deployment would change, as one number: who confirmed one change has not confirmed another."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.infra.account import Account
from local.infra.assembly import SynthesizedStack
from local.infra.diff.deployed import deployed_templates
from local.infra.errors import AccountError


def fingerprint(former: Mapping[str, Mapping[str, Any]], stacks: Sequence[SynthesizedStack]) -> str:
    """SHA-256, in hexadecimal, of an environment's templates before and after, by stack.

    Code counts too: templates name it by its hash.
    """
    content = {"before": former, "after": {stack.name: stack.template for stack in stacks}}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def check_confirmed(confirmed: str, account: Account, stacks: Sequence[SynthesizedStack]) -> None:
    """Whether a deployment of ``stacks`` still changes what somebody confirmed.

    Raises:
        AccountError: it does not, or the account does not say what it holds.
    """
    if fingerprint(deployed_templates(account), stacks) != confirmed:
        raise AccountError(
            f"Nothing was deployed: what would change in {account.environment} is no longer what was confirmed; "
            f"look at it again with `make diff ENV={account.environment} AGAINST=account`."
        )
