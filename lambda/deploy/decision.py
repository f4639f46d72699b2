"""What has to happen, given the registry and the stack: no clock, no event, no call."""

from collections.abc import Iterable
from dataclasses import dataclass

from deploy.approved_model import NO_MODEL
from deploy.model_version import ModelVersion

# UPDATE_FAILED and UPDATE_ROLLBACK_FAILED are left out: such a stack is half changed, and a person must look at it.
_UPDATABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An approved version; ``rolled_back``: CloudFormation undid its deployment, and it was not rejected since."""

    version: ModelVersion
    rolled_back: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """``status``: the stack's. ``live``: the ARN that the stack was built with. ``parameter``: what the SSM parameter
    holds, so what the stack's next update is built with. Both may be NO_MODEL.
    """

    status: str
    live: str
    parameter: str


@dataclass(frozen=True, slots=True)
class Wait:
    """An update runs; whatever it brings, the question is asked again after it."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """The stack cannot be updated until a person has repaired it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Keep:
    """What is wanted is live: ``version``, or no model at all."""

    version: ModelVersion | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Restore:
    """What is wanted is live, but the parameter says something else and must be put back.

    ``rolled_back``: the version it names failed as it was deployed; None if it was changed in another way.
    """

    rolled_back: ModelVersion | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Deploy:
    """``version`` must become live; None: no version may be, and the endpoint goes.

    ``rolled_back``: as in Restore.
    """

    version: ModelVersion | None
    rolled_back: ModelVersion | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Exhausted:
    """The live version is no longer approved, and each that is was turned back when it was tried.

    ``rolled_back``: the newest of those. A model that a person no longer wants is better than none at all.
    """

    rolled_back: ModelVersion


Action = Wait | Stuck | Keep | Restore | Deploy | Exhausted


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """``refused``: approved versions newer than the live one that cannot be deployed, the newest first."""

    action: Action
    refused: tuple[ModelVersion, ...] = ()


def decide(candidates: Iterable[Candidate], situation: Situation) -> Decision:
    """Decide from the approved versions, the newest first, and from what the stack runs.

    The wanted version is the newest approved one that can be deployed and has not failed. The walk ends at the live
    version, so an approval of something older changes nothing. If the live version is no longer approved, the walk goes
    past where it was, and the newest approved one below it comes back; if no version is approved, the endpoint goes.

    ``candidates`` is walked no further than the decision needs, and not at all while an update runs.
    """
    if situation.status.endswith("_IN_PROGRESS"):
        return Decision(action=Wait())
    if situation.status not in _UPDATABLE:
        return Decision(action=Stuck())
    wanted: ModelVersion | None = None
    rolled_back: ModelVersion | None = None
    failed: list[ModelVersion] = []
    refused: list[ModelVersion] = []
    for candidate in candidates:
        version = candidate.version
        if version.arn == situation.live:
            wanted = version
        elif version.defect is not None:
            refused.append(version)
        elif not candidate.rolled_back:
            wanted = version
        else:
            failed.append(version)
            if version.arn == situation.parameter:
                rolled_back = version
        if wanted is not None:
            break
    if wanted is None and failed and situation.live != NO_MODEL:
        return Decision(action=Exhausted(rolled_back=failed[0]), refused=tuple(refused))
    return Decision(action=_action(wanted, rolled_back, situation), refused=tuple(refused))


def _action(wanted: ModelVersion | None, rolled_back: ModelVersion | None, situation: Situation) -> Action:
    if (NO_MODEL if wanted is None else wanted.arn) != situation.live:
        return Deploy(version=wanted, rolled_back=rolled_back)
    if situation.parameter != situation.live:
        return Restore(rolled_back=rolled_back)
    return Keep(version=wanted)
