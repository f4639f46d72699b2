"""The same weights with today's inference code, registered as a new version that a person has to approve."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from config.environment import EnvironmentConfig
from local.infra.account import Account, in_one_sentence
from local.infra.errors import AccountError
from local.infra.models.repacked_card import repacked_card
from local.infra.models.versions import APPROVED, PENDING, Version, versions
from local.vendor import TARGET as VENDOR
from model.archive.code import source_files
from model.archive.repack import repack
from model.archive.unpack import unpacked
from model.archive.writer import pack

ROOT = Path(__file__).parents[3]
_KEPT = ("ModelPackageGroupName", "ModelMetrics")
_THERE_ALREADY = "PreconditionFailed"


def repacked(account: Account, config: EnvironmentConfig, version: Version) -> tuple[str, str]:
    """Register the version's weights with the code of this checkout; the new package's ARN and the model's version.

    To be repeated at any time: what is there already is not made twice, and one that was rejected is registered anew.

    Raises:
        AccountError: the code is what the version has already, or the account refuses.
        ArchiveError: its archive is damaged.
    """
    if not (ROOT / VENDOR).is_dir():
        raise AccountError("The packages for the serving container have not been fetched; run make setup.")
    bucket, key = _place(version.archive)
    with tempfile.TemporaryDirectory(prefix="mailroom-repack-") as scratch:
        packed, folder = Path(scratch) / "model.tar.gz", Path(scratch) / "model"
        with in_one_sentence(f"The archive of version {version.number} cannot be fetched"):
            account.client("s3").download_file(bucket, key, str(packed))
        model_version = repack(unpacked(packed, folder), root=ROOT, vendor=ROOT / VENDOR)
        if model_version == version.facts.get("model_version"):
            raise AccountError(f"Version {version.number} holds this very code already; there is nothing to repack.")
        target = f"models/repacked/{model_version}/model.tar.gz"
        url = f"s3://{bucket}/{target}"
        same = next((one for one in versions(account, config) if one.archive == url), None)
        if same is not None and same.status == PENDING:
            return same.arn, model_version
        if same is not None and same.status == APPROVED:
            raise AccountError(f"That is {same}, which is approved already; there is nothing to repack.")
        packed.unlink()
        pack(folder, packed)
        with in_one_sentence(f"{model_version} cannot be uploaded"):
            _upload(account, packed, bucket, target)
    with in_one_sentence(f"{model_version} cannot be registered"):
        return _register(account, version, model_version, url, rejected=same), model_version


def code_fingerprint() -> str:
    """SHA-256 over the serving code of this checkout, hexadecimal."""
    total = hashlib.sha256()
    for file in source_files(ROOT):
        total.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def _upload(account: Account, packed: Path, bucket: str, key: str) -> None:
    # One request, because the right is to write each key once; the key says what the archive holds.
    try:
        with packed.open("rb") as body:
            account.client("s3").put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*")
    except ClientError as error:
        # A run that was ended before it could register has left it.
        if error.response["Error"]["Code"] != _THERE_ALREADY:
            raise


def _register(account: Account, version: Version, model_version: str, url: str, *, rejected: Version | None) -> str:
    sagemaker = account.client("sagemaker")
    former = sagemaker.describe_model_package(ModelPackageName=version.arn)
    specification = former["InferenceSpecification"]
    package: dict[str, Any] = {name: former[name] for name in _KEPT if name in former}
    package["InferenceSpecification"] = {
        **specification,
        "Containers": [{"Image": specification["Containers"][0]["Image"], "ModelDataUrl": url}],
    }
    own = {
        "model_version": model_version,
        "repacked_from": version.name,
        "code_fingerprint": code_fingerprint(),
        "archive": url,
    }
    package["CustomerMetadataProperties"] = {**former.get("CustomerMetadataProperties", {}), **own}
    if "ModelCard" in former:
        package["ModelCard"] = repacked_card(former["ModelCard"], version, own)
    token = f"{version.arn} {model_version} {'' if rejected is None else rejected.arn}"
    arn: str = sagemaker.create_model_package(
        **package,
        ModelPackageDescription=f"Mailroom {model_version}: the weights of {version.name} with other inference code",
        # In every environment: the gate has not seen this code serve.
        ModelApprovalStatus=PENDING,
        ClientToken=hashlib.sha256(token.encode()).hexdigest()[:36],
    )["ModelPackageArn"]
    return arn


def _place(url: str) -> tuple[str, str]:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not key:
        raise AccountError("The version names no archive in S3, so there is nothing to repack.")
    return bucket, key
