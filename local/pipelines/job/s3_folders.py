"""Folders of a job as prefixes of S3, and back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.pipelines.errors import StepFailedError


def download(s3: Any, uri: str, folder: Path) -> int:
    """Copy the objects whose keys begin with the prefix ``uri`` into ``folder``; returns how many there were."""
    folder.mkdir(parents=True, exist_ok=True)
    bucket, prefix = _place(uri)
    count = 0
    for key in _keys(s3, bucket, prefix):
        file = folder / _relative(key, prefix)
        if folder.resolve() not in file.resolve().parents:
            raise StepFailedError("ClientError: Data download failed: an object's key leads out of its prefix.")
        file.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, key, str(file))
        count += 1
    return count


def download_input(s3: Any, uri: str, folder: Path) -> None:
    """Copy a job's input; raises StepFailedError, as SageMaker does, if there is none."""
    if download(s3, uri, folder) == 0:
        raise StepFailedError(
            f'ClientError: Data download failed: No S3 objects found under S3 URL "{uri}" given in input data source.'
        )


def upload(s3: Any, folder: Path, uri: str) -> None:
    """Copy all files below ``folder`` to the prefix ``uri``."""
    bucket, prefix = _place(uri)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        upload_file(s3, file, f"s3://{bucket}/{prefix.rstrip('/')}/{file.relative_to(folder).as_posix()}")


def upload_file(s3: Any, file: Path, uri: str) -> None:
    """Copy one file to ``uri``."""
    bucket, key = _place(uri)
    s3.upload_file(str(file), bucket, key)


def _place(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.netloc, parts.path.lstrip("/")


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        # A key that ends in a slash is what consoles make for an empty folder.
        yield from (one["Key"] for one in page.get("Contents", []) if not one["Key"].endswith("/"))


def _relative(key: str, prefix: str) -> str:
    rest = key.removeprefix(prefix)
    inside = not prefix or prefix.endswith("/") or rest.startswith("/")
    return rest.lstrip("/") if inside else key.removeprefix(prefix.rpartition("/")[0]).lstrip("/")
