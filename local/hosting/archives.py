"""Model archives out of an account's buckets."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials
from local.endpoint.supervisor import EndpointError

_CHUNK = 1 << 20


def download(credentials: Credentials, url: str, file: Path) -> str:
    """Write the archive at ``url`` (s3://bucket/key) to ``file``; returns its SHA-256 (hexadecimal).

    Raises:
        EndpointError: the account has no such object.
    """
    place = urlsplit(url)
    try:
        body = credentials.client("s3").get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))["Body"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise EndpointError(f"The model archive {url} cannot be read ({code}).") from None
    digest = hashlib.sha256()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as output:
        for chunk in body.iter_chunks(_CHUNK):
            digest.update(chunk)
            output.write(chunk)
    return digest.hexdigest()
