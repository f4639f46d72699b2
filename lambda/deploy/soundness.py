"""What a model package must hold before it may be deployed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MODEL_VERSION = "model_version"
TAXONOMY_VERSION = "taxonomy_version"
ARCHIVE = "archive"
"""Facts that the pipeline's registration writes, and that an approver has no right to change."""

_NOT_KNOWN = "none"
"""What stands for a fact that the registration did not have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a package's parts must come from: ``archives``, an S3 folder, and ``images``, a repository without its tag.

    Whoever may approve a version may also change where it points to: IAM has no key for that part of
    UpdateModelPackage. The folder is one that people cannot write, or only once; of the repository each tag will do,
    since a return to a version of a former image must not be blocked.
    """

    archives: str
    images: str


def fact(package: Mapping[str, Any], name: str) -> str:
    """A fact of the package's metadata; empty if it is not known."""
    named = str(package.get("CustomerMetadataProperties", {}).get(name, ""))
    return "" if named == _NOT_KNOWN else named


def defect(package: Mapping[str, Any], *, group: str, origin: Origin) -> str | None:
    """Why the package cannot be deployed, in one sentence; None if it can."""
    if package.get("ModelPackageGroupName") != group:
        return f"It does not belong to the model package group {group}."
    containers = package.get("InferenceSpecification", {}).get("Containers", [])
    if len(containers) != 1:
        return f"Its inference specification must hold one container, not {len(containers)}."
    missing = [name for name in ("Image", "ModelDataUrl") if not containers[0].get(name)]
    if missing:
        return f"Its container lacks {' and '.join(missing)}."
    unnamed = [name for name in (MODEL_VERSION, TAXONOMY_VERSION) if not fact(package, name)]
    if unnamed:
        return f"Its metadata lack {' and '.join(unnamed)}: register it through the pipeline."
    return _strange(containers[0], registered=fact(package, ARCHIVE), origin=origin)


def _strange(container: Mapping[str, Any], *, registered: str, origin: Origin) -> str | None:
    archive, image = container["ModelDataUrl"], container["Image"]
    if not archive.startswith(origin.archives):
        return f"Its archive does not lie under {origin.archives}, where the pipeline writes."
    if registered and archive != registered:
        return f"Its archive is not the one that it was registered with, {registered}."
    if not image.startswith(f"{origin.images}:"):
        return f"Its image does not come from {origin.images}."
    return None
