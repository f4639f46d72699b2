"""The versions of an environment's model package group, and which of them is live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from config.environment import EnvironmentConfig
from local.infra.account import Account, in_one_sentence
from local.infra.errors import AccountError

_NEWEST = 50


@dataclass(frozen=True, kw_only=True)
class Version:
    """A model package. ``status``: Approved, Rejected or PendingManualApproval; ``decided_by``: who said so last."""

    arn: str
    number: int
    status: str
    registered_at: datetime
    decided_by: str | None
    facts: Mapping[str, str]
    archive: str
    metrics: str | None

    @property
    def name(self) -> str:
        """The model's own version, or the package's number if it names none."""
        return self.facts.get("model_version", str(self.number))


def versions(account: Account, config: EnvironmentConfig) -> list[Version]:
    """The newest fifty, the newest first; raises AccountError."""
    sagemaker = account.client("sagemaker")
    with in_one_sentence(f"The registry {config.own_name} cannot be read"):
        pages = sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=config.own_name, ModelPackageType="Versioned"
        )
        found = [summary for page in pages for summary in page["ModelPackageSummaryList"]]
        found.sort(key=lambda summary: int(summary["ModelPackageVersion"]), reverse=True)
        return [
            _version(sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"]))
            for summary in found[:_NEWEST]
        ]


def live_package(account: Account, config: EnvironmentConfig) -> str | None:
    """The ARN of what the endpoint serves; None without an endpoint; raises AccountError."""
    sagemaker = account.client("sagemaker")
    with in_one_sentence(f"The endpoint {config.own_name} cannot be read"):
        try:
            endpoint = sagemaker.describe_endpoint(EndpointName=config.own_name)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ValidationException":
                return None
            raise
        described = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        model = sagemaker.describe_model(ModelName=described["ProductionVariants"][0]["ModelName"])
    package: str | None = (model.get("PrimaryContainer") or model["Containers"][0]).get("ModelPackageName")
    return package


def chosen(among: Sequence[Version], wish: str) -> Version:
    """The version that ``wish`` names: by number, by the model's own version, or by ARN.

    Raises:
        AccountError: there is none, or several have the same archive.
    """
    found = [one for one in among if wish in (str(one.number), one.facts.get("model_version"), one.arn)]
    if not found:
        known = ", ".join(f"{one.number} ({one.name})" for one in among[:5]) or "none"
        raise AccountError(f"There is no version {wish!r}; the newest are: {known}.")
    if len(found) > 1:
        numbers = " and ".join(str(one.number) for one in found)
        raise AccountError(f"{wish} was registered several times: name it by its number, {numbers}.")
    return found[0]


def _version(package: Mapping[str, Any]) -> Version:
    decided = package.get("LastModifiedBy", {})
    quality = package.get("ModelMetrics", {}).get("ModelQuality", {}).get("Statistics", {})
    return Version(
        arn=package["ModelPackageArn"],
        number=int(package["ModelPackageVersion"]),
        status=package.get("ModelApprovalStatus", "PendingManualApproval"),
        registered_at=package["CreationTime"],
        decided_by=decided.get("IamIdentity", {}).get("Arn") or decided.get("UserProfileName"),
        facts=package.get("CustomerMetadataProperties", {}),
        archive=package["InferenceSpecification"]["Containers"][0].get("ModelDataUrl", ""),
        metrics=quality.get("S3Uri"),
    )
