"""The versions of an environment's model package group."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.environment import EnvironmentConfig
from local.infra.account import Account, in_one_sentence
from local.infra.errors import AccountError

APPROVED, REJECTED, PENDING = "Approved", "Rejected", "PendingManualApproval"
_NEWEST = 50
_NOT_KNOWN = "none"
"""What stands for a fact that the registration did not have."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A model package. ``status``: Approved, Rejected or PendingManualApproval; ``decided_by``: who said so last.

    ``defect``: why it can never go live, as far as the registry alone tells; None if it can.
    """

    arn: str
    number: int
    status: str
    registered_at: datetime
    decided_by: str | None
    facts: Mapping[str, str]
    archive: str
    metrics: str | None
    defect: str | None = None

    @property
    def name(self) -> str:
        """The model's own version, or the package's number if it names none."""
        return self.facts.get("model_version", str(self.number))

    def __str__(self) -> str:
        return f"version {self.number} ({self.name})"


def versions(account: Account, config: EnvironmentConfig) -> list[Version]:
    """The newest fifty, the newest first; raises AccountError."""
    with in_one_sentence(f"The registry {config.own_name} cannot be read"):
        return [_described(account, arn) for arn in _arns(account, config)[:_NEWEST]]


def approved_versions(account: Account, config: EnvironmentConfig) -> Iterator[Version]:
    """All that are approved, the newest first, each looked up as it is asked for; raises AccountError."""
    with in_one_sentence(f"The registry {config.own_name} cannot be read"):
        for arn in _arns(account, config, ModelApprovalStatus=APPROVED):
            yield _described(account, arn)


def chosen(account: Account, config: EnvironmentConfig, wish: str) -> Version:
    """The version that ``wish`` names: by number or by ARN, or among the newest fifty by the model's own.

    Raises:
        AccountError: there is none, or several have the same archive.
    """
    with in_one_sentence(f"The registry {config.own_name} cannot be read"):
        for arn in _arns(account, config):
            if wish in (arn, arn.rpartition("/")[2]):
                return _described(account, arn)
    among = versions(account, config)
    found = [one for one in among if one.facts.get("model_version") == wish]
    if not found:
        known = ", ".join(f"{one.number} ({one.name})" for one in among[:5]) or "none"
        raise AccountError(f"There is no version {wish!r}; the newest are: {known}.")
    if len(found) > 1:
        numbers = " and ".join(str(one.number) for one in found)
        raise AccountError(f"{wish} was registered several times: name it by its number, {numbers}.")
    return found[0]


def _arns(account: Account, config: EnvironmentConfig, **only: str) -> Sequence[str]:
    pages = (
        account.client("sagemaker")
        .get_paginator("list_model_packages")
        .paginate(ModelPackageGroupName=config.own_name, ModelPackageType="Versioned", **only)
    )
    found = [summary for page in pages for summary in page["ModelPackageSummaryList"]]
    found.sort(key=lambda summary: int(summary["ModelPackageVersion"]), reverse=True)
    return [summary["ModelPackageArn"] for summary in found]


def _described(account: Account, arn: str) -> Version:
    package = account.client("sagemaker").describe_model_package(ModelPackageName=arn)
    decided = package.get("LastModifiedBy", {})
    quality = package.get("ModelMetrics", {}).get("ModelQuality", {}).get("Statistics", {})
    containers = package.get("InferenceSpecification", {}).get("Containers") or [{}]
    return Version(
        arn=package["ModelPackageArn"],
        number=int(package["ModelPackageVersion"]),
        status=package.get("ModelApprovalStatus", PENDING),
        registered_at=package["CreationTime"],
        decided_by=decided.get("IamIdentity", {}).get("Arn") or decided.get("UserProfileName"),
        facts=package.get("CustomerMetadataProperties", {}),
        archive=containers[0].get("ModelDataUrl", ""),
        metrics=quality.get("S3Uri"),
        defect=defect(package),
    )


def defect(package: Mapping[str, Any]) -> str | None:
    """Why a package can never go live, in a clause; None if nothing that the registry says stands in the way."""
    containers = package.get("InferenceSpecification", {}).get("Containers", [])
    if len(containers) != 1:
        return f"its inference specification must hold one container, not {len(containers)}"
    missing = [name for name in ("Image", "ModelDataUrl") if not containers[0].get(name)]
    if missing:
        return f"its container lacks {' and '.join(missing)}"
    facts = package.get("CustomerMetadataProperties", {})
    lacking = [name for name in ("model_version", "taxonomy_version") if facts.get(name, _NOT_KNOWN) == _NOT_KNOWN]
    if lacking:
        return f"its metadata lack {' and '.join(lacking)}"
    if facts.get("archive", _NOT_KNOWN) not in (_NOT_KNOWN, containers[0]["ModelDataUrl"]):
        return "its archive is not the one that it was registered with"
    return None
