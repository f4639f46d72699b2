"""The model registry, read only."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.model_version import ModelVersion
from deploy.soundness import MODEL_VERSION, TAXONOMY_VERSION, Origin, defect, fact

_APPROVED = "Approved"


class Registry:
    """One model package group, through a SageMaker client; ``origin``: where its versions' parts must come from."""

    def __init__(self, client: Any, group: str, *, origin: Origin) -> None:
        self._client = client
        self._group = group
        self._origin = origin

    def approved(self) -> Iterator[ModelVersion]:
        """The group's approved and completed versions, the newest first; each is looked up as it is asked for."""
        summaries = [summary for summary in self._approved() if summary["ModelPackageStatus"] == "Completed"]
        for summary in sorted(summaries, key=lambda summary: int(summary["ModelPackageVersion"]), reverse=True):
            package = self._client.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
            # It may have been rejected since it was listed.
            if package.get("ModelApprovalStatus") == _APPROVED:
                yield self._version(package)

    def approves(self, arn: str) -> bool:
        """Whether the group has that version, approved."""
        return any(summary["ModelPackageArn"] == arn for summary in self._approved())

    def _approved(self) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=self._group,
            ModelPackageType="Versioned",  # without it, only packages that belong to no group are listed
            ModelApprovalStatus=_APPROVED,
        )
        for page in pages:
            yield from page["ModelPackageSummaryList"]

    def _version(self, package: Mapping[str, Any]) -> ModelVersion:
        return ModelVersion(
            arn=package["ModelPackageArn"],
            number=int(package["ModelPackageVersion"]),
            registered_at=package["CreationTime"],
            approved_by=_person(package.get("LastModifiedBy") or package.get("CreatedBy") or {}),
            name=fact(package, MODEL_VERSION),
            taxonomy=fact(package, TAXONOMY_VERSION),
            defect=defect(package, group=self._group, origin=self._origin),
        )


def _person(context: Mapping[str, Any]) -> str:
    arn = context.get("IamIdentity", {}).get("Arn") or context.get("UserProfileArn", "")
    return str(arn)
