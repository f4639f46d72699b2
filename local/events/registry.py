"""The way of a model archive into an account's registry, and its approval there.

What a package must say is read from the deployed pipeline's own registration step, so that an archive that was trained
elsewhere is registered just as the pipeline registers those that it trains.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.accounts.inspect.endpoint import pipeline
from local.accounts.inspect.stacks import stacks
from local.events.model_archive import ModelArchive
from local.pipelines.expressions import filled

_NONE = "none"
_APPROVED = "Approved"
_BUCKET_OUTPUT = "ArtefactsBucketName"


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A model package; ``is_approved``: whether the registry lets it go live already.

    ``is_known``: whether it was there before.
    """

    arn: str
    is_approved: bool
    is_known: bool


def register(archive: ModelArchive, credentials: Credentials, *, environment: str) -> Registered:
    """Upload the archive and register it, unless that was done before and the package can still go live, or is live.

    Raises:
        EmulatorError: the account lacks the bucket for models, or a pipeline that registers.
    """
    sagemaker = credentials.client("sagemaker")
    wanted = _registration(credentials, f"mailroom-{environment}")
    bucket = _bucket(credentials, f"mailroom-{environment}-data")
    folder = f"models/{archive.version}"
    url = f"s3://{bucket}/{folder}/model.tar.gz"
    known = _known(sagemaker, wanted["ModelPackageGroupName"], url)
    if known is not None:
        return known
    s3 = credentials.client("s3")
    s3.upload_file(str(archive.file), bucket, f"{folder}/model.tar.gz")
    s3.put_object(Bucket=bucket, Key=f"{folder}/evaluation/evaluation.json", Body=archive.metrics or b"{}")
    # The card is written from a run's evaluation, and there was none.
    told = {name: value for name, value in wanted.items() if name != "ModelCard"}
    package = filled(told, get=_places(bucket, folder, url), from_file=_facts(archive, wanted))
    arn = sagemaker.create_model_package(**package)["ModelPackageArn"]
    return Registered(arn=arn, is_approved=package.get("ModelApprovalStatus") == _APPROVED, is_known=False)


def approve(credentials: Credentials, arn: str, *, reason: str) -> None:
    """Approve a package; the registry's event does the rest."""
    credentials.client("sagemaker").update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus=_APPROVED, ApprovalDescription=reason
    )


def _registration(credentials: Credentials, name: str) -> Mapping[str, Any]:
    """The arguments of the one step of the pipeline ``name`` that registers a model."""
    steps = list(_registering(pipeline(credentials, name).definition.get("Steps", [])))
    if len(steps) != 1:
        raise EmulatorError(
            f"The pipeline {name} of account {credentials.account} must have one step of type RegisterModel, "
            f"but has {len(steps)}: look at its training stack."
        )
    arguments: Mapping[str, Any] = steps[0]["Arguments"]
    return arguments


def _registering(steps: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for step in steps:
        if step["Type"] == "RegisterModel":
            yield step
        elif step["Type"] == "Condition":
            yield from _registering(step["Arguments"].get("IfSteps", []))
            yield from _registering(step["Arguments"].get("ElseSteps", []))


def _bucket(credentials: Credentials, stack_name: str) -> str:
    for stack in stacks(credentials):
        if stack.name == stack_name and _BUCKET_OUTPUT in stack.outputs:
            return stack.outputs[_BUCKET_OUTPUT]
    raise EmulatorError(f"Account {credentials.account} has no stack {stack_name} with the output {_BUCKET_OUTPUT}.")


def _known(sagemaker: Any, group: str, url: str) -> Registered | None:
    """The newest version of the group with the archive at ``url``.

    None also if it was rejected, or if another was approved after it: approving it again would be no event.
    """
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=group, ModelPackageType="Versioned"
    )
    summaries = [summary for page in pages for summary in page["ModelPackageSummaryList"]]
    for summary in sorted(summaries, key=lambda one: one["ModelPackageVersion"], reverse=True):
        package = sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
        status = package.get("ModelApprovalStatus")
        if package["InferenceSpecification"]["Containers"][0].get("ModelDataUrl") == url:
            if status == "Rejected":
                return None
            return Registered(arn=package["ModelPackageArn"], is_approved=status == _APPROVED, is_known=True)
        if status == _APPROVED:
            return None
    return None


def _places(bucket: str, folder: str, url: str) -> Any:
    def get(name: str) -> str:
        if name.endswith("S3ModelArtifacts"):
            return url
        if name.endswith("Outputs['evaluation'].S3Output.S3Uri"):
            return f"s3://{bucket}/{folder}/evaluation"
        return _NONE  # no execution registered it

    return get


def _facts(archive: ModelArchive, wanted: Mapping[str, Any]) -> Callable[[str, str], str]:
    manifest = archive.manifest
    known = {
        "model_version": manifest.model_version,
        "taxonomy_version": manifest.taxonomy_version,
        "data_fingerprint": str(manifest.facts.get("data_fingerprint", _NONE)),
    }
    # What only a gate can tell, the champion that it was compared with, is none.
    facts = {f"facts.{name}": known.get(name, _NONE) for name in wanted.get("CustomerMetadataProperties", {})}
    return lambda _, path: facts[path]
