"""The model registry, read only."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.model_version import ModelVersion

_TAXONOMY_VERSION = "taxonomy_version"
"""The pipeline's registration writes it."""

_NOT_KNOWN = "none"
"""What stands for a fact that the registration did not have."""


class Registry:
    """One model package group, through a SageMaker client."""

    def __init__(self, client: Any, group: str) -> None:
        self._client = client
        self._group = group

    def approved(self) -> Iterator[ModelVersion]:
        """The group's approved and completed versions, the newest first; each is looked up as it is asked for."""
        pages = self._client.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=self._group,
            ModelPackageType="Versioned",  # without it, only packages that belong to no group are listed
            ModelApprovalStatus="Approved",
        )
        summaries = [
            summary
            for page in pages
            for summary in page["ModelPackageSummaryList"]
            if summary["ModelPackageStatus"] == "Completed"
        ]
        for summary in sorted(summaries, key=lambda summary: int(summary["ModelPackageVersion"]), reverse=True):
            package = self._client.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
            # It may have been rejected since it was listed.
            if package.get("ModelApprovalStatus") == "Approved":
                yield self._version(package)

    def _version(self, package: Mapping[str, Any]) -> ModelVersion:
        return ModelVersion(
            arn=package["ModelPackageArn"],
            number=int(package["ModelPackageVersion"]),
            approved_at=package.get("LastModifiedTime") or package["CreationTime"],
            approved_by=_person(package.get("LastModifiedBy") or package.get("CreatedBy") or {}),
            taxonomy=_taxonomy(package),
            defect=_defect(package, self._group),
        )


def _person(context: Mapping[str, Any]) -> str:
    arn = context.get("IamIdentity", {}).get("Arn") or context.get("UserProfileArn", "")
    return str(arn)


def _taxonomy(package: Mapping[str, Any]) -> str:
    named = str(package.get("CustomerMetadataProperties", {}).get(_TAXONOMY_VERSION, ""))
    return "" if named == _NOT_KNOWN else named


def _defect(package: Mapping[str, Any], group: str) -> str | None:
    if package.get("ModelPackageGroupName") != group:
        return f"It does not belong to the model package group {group}."
    containers = package.get("InferenceSpecification", {}).get("Containers", [])
    if len(containers) != 1:
        return f"Its inference specification must hold one container, not {len(containers)}."
    missing = [name for name in ("Image", "ModelDataUrl") if not containers[0].get(name)]
    if missing:
        return f"Its container lacks {' and '.join(missing)}."
    if not _taxonomy(package):
        return f"Its metadata lack {_TAXONOMY_VERSION}: register it through the pipeline."
    return None
