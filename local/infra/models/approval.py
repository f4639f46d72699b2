"""Approving and rejecting: what a click in Studio does, and with the same rights.

Who trains or deploys may not: the account refuses the roles of data scientists, platform engineers, Jenkins and the
pipeline itself (`ApprovesNothing`); only ``mailroom-ENV-approver`` may, and that role trains nothing.
"""

from local.infra.account import Account, in_one_sentence
from local.infra.errors import AccountError
from local.infra.models.versions import Version

APPROVED, REJECTED = "Approved", "Rejected"


def approve(account: Account, version: Version, *, reason: str, live: str | None) -> str:
    """Approve a version; returns one sentence on what follows; raises AccountError."""
    if version.arn == live:
        return f"Version {version.number} ({version.name}) is live already."
    if version.status == APPROVED:
        raise AccountError(
            f"Version {version.number} is approved and not live: it was turned back, or is older than the live one. "
            f"To have it tried again, reject it first."
        )
    _decide(account, version, APPROVED, reason)
    return (
        f"Version {version.number} ({version.name}) is approved; the deployment follows by itself: "
        f"watch it with `make models ENV={account.environment}`."
    )


def reject(account: Account, version: Version, *, reason: str, live: str | None) -> str:
    """Reject a version; returns one sentence on what follows; raises AccountError."""
    if version.status == REJECTED:
        return f"Version {version.number} ({version.name}) is rejected already."
    _decide(account, version, REJECTED, reason)
    said = f"Version {version.number} ({version.name}) is rejected"
    if version.arn == live:
        return f"{said}; the newest approved version before it comes back by itself."
    return f"{said}; nothing else changes."


def _decide(account: Account, version: Version, status: str, reason: str) -> None:
    with in_one_sentence(f"Version {version.number} cannot be {status.lower()}"):
        account.client("sagemaker").update_model_package(
            ModelPackageArn=version.arn, ModelApprovalStatus=status, ApprovalDescription=reason
        )
