"""A base model staged under an S3 prefix, for machines without internet: production's way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.base_model.cache import Manifest, cached_folder
from model.base_model.errors import BaseModelError
from model.base_model.folder import is_model_file

if TYPE_CHECKING:
    from tqdm import tqdm

CHUNK_BYTES = 1 << 20
MD5_HEX_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class StagedFile:
    """One object directly under the prefix: file name, full key, bytes, entity tag without quotes."""

    name: str
    key: str
    size: int
    etag: str


def s3_folder(folder: Path, *, bucket: str, prefix: str, progress: bool = True, full_check: bool = False) -> Manifest:
    """Make `folder` hold the model files directly under s3://bucket/prefix/, reusing what has not changed
    there.

    Credentials, region and endpoint (AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_S3) come from where boto3 looks for
    them. Each download must have the listed size and entity tag. Raises BaseModelError if the bucket cannot
    be read or the prefix holds no model.
    """
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    url = f"s3://{bucket}/{prefix}"
    try:
        client = _client()
        staged = _list(client, bucket=bucket, prefix=prefix)
        if not staged:
            raise BaseModelError.unavailable(f"{url} holds no base model")
        listing = "".join(f"{file.name} {file.size} {file.etag}\n" for file in staged)

        def build(empty: Path) -> str:
            _download(client, staged, empty, bucket=bucket, url=url, progress=progress)
            return url

        recipe = {"s3": url, "listing": hashlib.sha256(listing.encode()).hexdigest()}
        return cached_folder(folder, recipe=recipe, build=build, full_check=full_check)
    except (Boto3Error, BotoCoreError, ClientError) as problem:
        raise BaseModelError.unavailable(f"{url} cannot be read ({_in_one_line(problem)})") from problem


def _client() -> Any:
    import boto3
    from botocore.config import Config

    def config(addressing: str) -> Config:
        retries: Any = {"mode": "standard", "max_attempts": 3}
        return Config(connect_timeout=5, retries=retries, s3={"addressing_style": addressing})

    session = boto3.Session()
    client: Any = session.client("s3", config=config("auto"))
    if ".amazonaws.com" in client.meta.endpoint_url:
        return client
    # An endpoint of one's own (an emulator on localhost) has no DNS name per bucket.
    return session.client("s3", config=config("path"))


def _list(client: Any, *, bucket: str, prefix: str) -> Sequence[StagedFile]:
    folder = f"{prefix}/" if prefix else ""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder, Delimiter="/")
    files = [
        StagedFile(
            name=entry["Key"].removeprefix(folder),
            key=entry["Key"],
            size=entry["Size"],
            etag=entry["ETag"].strip('"'),
        )
        for page in pages
        for entry in page.get("Contents", ())
    ]
    return sorted((file for file in files if is_model_file(file.name)), key=lambda file: file.name)


def _download(
    client: Any, staged: Sequence[StagedFile], folder: Path, *, bucket: str, url: str, progress: bool
) -> None:
    from tqdm import tqdm

    total = sum(file.size for file in staged)
    with tqdm(total=total, desc=url, unit="B", unit_scale=True, disable=not progress) as bar:
        for file in staged:
            # IfMatch: an object replaced since it was listed is refused, so no mixture of two models arrives.
            answer = client.get_object(Bucket=bucket, Key=file.key, IfMatch=f'"{file.etag}"')
            size, md5 = _save(answer["Body"], folder / file.name, bar=bar)
            encrypted = answer.get("ServerSideEncryption", "AES256") != "AES256"
            # The entity tag is the MD5 only of an object uploaded in one part and not encrypted with a KMS
            # key: docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
            is_md5 = len(file.etag) == MD5_HEX_LENGTH and not encrypted
            if size != file.size or (is_md5 and md5 != file.etag):
                raise BaseModelError.unavailable(f"{url}/{file.name} arrived damaged")


def _save(body: Any, file: Path, *, bar: tqdm[Any]) -> tuple[int, str]:
    digest, size = hashlib.md5(usedforsecurity=False), 0
    with file.open("wb") as stream:
        for chunk in body.iter_chunks(CHUNK_BYTES):
            stream.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            bar.update(len(chunk))
    return size, digest.hexdigest()


def _in_one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()).rstrip(".")
