"""The code that an experiment trains: this checkout's, packed as the pipeline's own source is."""

from typing import Any

from stacks.assets.archives import tar_gz_archive
from stacks.assets.training_entries import training_source_entries


def upload(uri: str, s3: Any) -> None:
    """Put the tarball at ``uri``; ``s3`` is a boto3 client, whose errors are raised.

    Raises:
        ConfigError: the packages that it brings along have not been fetched.
    """
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    s3.put_object(Bucket=bucket, Key=key, Body=tar_gz_archive(training_source_entries()))
