"""Approving and rejecting: what a click in Studio does, and with the same rights.

Who trains or deploys may not: the account refuses the roles of data scientists, platform engineers, Jenkins and the
pipeline itself (`ApprovesNothing`); only ``mailroom-ENV-approver`` may, and that role trains nothing.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from local.infra.account import Account, in_one_sentence
from local.infra.errors import AccountError
from local.infra.models import foretold
from local.infra.models.outlook import Outlook, outlook
from local.infra.models.standing import Standing
from local.infra.models.versions import APPROVED, REJECTED, Version


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An environment before a decision. ``approved``: its approved versions, the newest first, to be gone through once.

    ``reason`` is kept in the registry with the decision.
    """

    account: Account
    standing: Standing
    approved: Iterable[Version]
    reason: str


def approve(scene: Scene, version: Version) -> str:
    """Approve a version; returns one sentence on what follows.

    Raises:
        AccountError: it cannot go live, or the account refuses.
    """
    standing = scene.standing
    if version.status == APPROVED:
        return _approved_already(scene, version)
    if version.defect is not None:
        raise AccountError(f"{_begun(version)} can never go live, so it is not approved: {version.defect}.")
    _decide(scene, version, APPROVED)
    # What was turned back is tried again once it is approved anew.
    others = {number: why for number, why in standing.turned_back.items() if number != version.number}
    after = outlook(_with(scene.approved, version), replace(standing, turned_back=others))
    return f"{_begun(version)} is approved; {foretold.of_an_approval(version, after, standing)}."


def _approved_already(scene: Scene, version: Version) -> str:
    standing, begun = scene.standing, _begun(version)
    if version.arn == standing.live:
        return f"{begun} is live already."
    if version.arn == standing.deploying:
        return f"{begun} is being deployed now."
    if version.defect is not None:
        raise AccountError(f"{begun} is approved already, but can never go live: {version.defect}.")
    if version.number in standing.turned_back:
        raise AccountError(
            f"{begun} is approved, but was turned back: {standing.turned_back[version.number]}. "
            "To have it tried again, reject it first."
        )
    after = outlook(scene.approved, standing)
    return f"{begun} is approved already; {foretold.of_an_approval(version, after, standing)}."


def reject(scene: Scene, version: Version, *, take_down: bool) -> str:
    """Reject a version; returns one sentence on what follows. ``take_down``: even if the endpoint goes with it.

    Raises:
        AccountError: the endpoint would go, and that was not asked for; or the account refuses.
    """
    if version.status == REJECTED:
        return f"{_begun(version)} is rejected already."
    after = outlook(_without(scene.approved, version), scene.standing)
    if version.status == APPROVED and scene.standing.live is not None and after.takes_down and not take_down:
        raise AccountError(_goes(scene, version))
    _decide(scene, version, REJECTED)
    return f"{_begun(version)} is rejected; {_after_rejection(scene.standing, version, after)}."


def _after_rejection(standing: Standing, version: Version, after: Outlook) -> str:
    if version.status != APPROVED:
        return "nothing else changes"
    return foretold.of_a_rejection(version, after, standing)


def _goes(scene: Scene, version: Version) -> str:
    environment = scene.account.environment
    return (
        f"{_begun(version)} is not rejected: no other approved version could take its place, so the endpoint "
        f"mailroom-{environment} would be deleted, and no mail classified until a version is approved. Approve another "
        f"one first; or, if that is meant: make reject ENV={environment} MODEL={version.number} TAKE_DOWN=1."
    )


def _decide(scene: Scene, version: Version, status: str) -> None:
    with in_one_sentence(f"{_begun(version)} cannot be {status.lower()}"):
        scene.account.client("sagemaker").update_model_package(
            ModelPackageArn=version.arn, ModelApprovalStatus=status, ApprovalDescription=scene.reason
        )


def _with(approved: Iterable[Version], version: Version) -> Iterator[Version]:
    return heapq.merge(approved, [version], key=lambda one: one.number, reverse=True)


def _without(approved: Iterable[Version], version: Version) -> Iterator[Version]:
    return (one for one in approved if one.arn != version.arn)


def _begun(version: Version) -> str:
    return f"V{str(version)[1:]}"
