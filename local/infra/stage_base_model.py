"""python -m local.infra.stage_base_model: put a base model into an environment's artefacts bucket.

Training runs in a network without internet, so what it starts from must lie there. What is there already, whole, is not
sent again.
"""

import argparse
import base64
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from botocore.exceptions import ClientError
from tqdm import tqdm

from config.load import load_environment
from local.command_line import run
from local.infra.account import Account, in_one_sentence, open_account, outputs
from local.infra.errors import AccountError
from model.base_model import BaseModel, resolve
from model.base_model.__main__ import DEFAULT_CACHE
from model.base_model.embedded import NAME as EMBEDDED_NAME
from model.base_model.folder import model_files, sha256_of
from model.base_model.resolver import EMBEDDED

BUCKET_OUTPUT = "ArtefactsBucketName"
PREFIX = "base-models"


@dataclass(frozen=True, kw_only=True)
class Staged:
    """Where a model lies, `s3://bucket/prefix`, and how many of its files had to be sent."""

    url: str
    sent: int
    files: int


def stage(account: Account, model: BaseModel, *, progress: bool = True) -> Staged:
    """Upload the files of ``model`` that are not in the bucket yet; S3 refuses one that arrives damaged.

    Raises:
        AccountError: the data stack is not deployed, or S3 refuses.
    """
    stack = f"mailroom-{account.environment}-data"
    bucket = outputs(account, stack).get(BUCKET_OUTPUT)
    if bucket is None:
        raise AccountError(f"The stack {stack} has no output {BUCKET_OUTPUT}: deploy it again.")
    prefix = f"{PREFIX}/{model.name}"
    files = model_files(model.path)
    client = account.client("s3")
    total = sum(file.stat().st_size for file in files)
    with (
        in_one_sentence(f"{model.name} could not be staged in s3://{bucket}/{prefix}"),
        tqdm(total=total, desc="staging", unit="B", unit_scale=True, disable=not progress) as bar,
    ):
        sent = sum(_send(client, file, bucket=bucket, key=f"{prefix}/{file.name}", bar=bar) for file in files)
    return Staged(url=f"s3://{bucket}/{prefix}", sent=sent, files=len(files))


class _Watched:
    """A file whose reading moves a bar; read twice (for a signature, say), it counts once."""

    def __init__(self, stream: BinaryIO, bar: Any) -> None:
        self._stream, self._bar, self._start = stream, bar, bar.n

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._bar.update(self._start + self._stream.tell() - self._bar.n)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _send(client: Any, file: Path, *, bucket: str, key: str, bar: Any) -> bool:
    """Send one file unless the bucket holds it with the same SHA-256; returns whether it was sent."""
    digest = sha256_of(file)
    if _held(client, bucket=bucket, key=key) == digest:
        bar.update(file.stat().st_size)
        return False
    with file.open("rb") as stream:
        # One request (of at most 5 GB), not several parts: only then is S3's checksum that of the whole file.
        client.put_object(
            Bucket=bucket,
            Key=key,
            Body=_Watched(stream, bar),
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode("ascii"),
        )
    return True


def _held(client: Any, *, bucket: str, key: str) -> str | None:
    """The hexadecimal SHA-256 of the object as S3 computed it, if there is one."""
    try:
        answer = client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
            return None
        raise
    checksum = answer.get("ChecksumSHA256")
    return base64.b64decode(checksum).hex() if checksum else None


def source_of(base_model: str) -> str:
    """Where the base model that an environment's configuration names comes from, in the resolver's notation."""
    return EMBEDDED if base_model == EMBEDDED_NAME else f"hub:{base_model}"


def main() -> None:
    """Resolve, stage, and say where it lies."""
    parser = argparse.ArgumentParser(prog="python -m local.infra.stage_base_model", description=__doc__)
    parser.add_argument("--env", required=True, help="dev or prod")
    parser.add_argument("--base-model", help="embedded, a folder, s3://bucket/prefix or hub:NAME (as configured)")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="where models are kept here (%(default)s)")
    options = parser.parse_args()
    config = load_environment(options.env)
    account = open_account(config)
    spec = options.base_model or source_of(config.training.base_model)
    model = resolve(spec, cache=options.cache, full_check=True)
    staged = stage(account, model)
    print(f"{model.name}: {staged.sent} of {staged.files} files sent, the others were there; it lies in {staged.url}/")
    if model.name != config.training.base_model:
        print(
            f"Training in {options.env} starts from {config.training.base_model}: to start from this one, "
            f"set training.base_model in config/{options.env}.toml and deploy."
        )


if __name__ == "__main__":
    sys.exit(run(main))
