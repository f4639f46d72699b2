"""Bring the DAGs of the checkout to an environment's Airflow: `python -m local.infra.upload_dags --env prod`.

Beside the DAGs lie `mailroom/` and the taxonomy, as they are in the checkout. What Airflow's bucket holds in its DAG
folder and the checkout does not is removed; what is already the same is left alone.
"""

import argparse
import base64
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.load import ENVIRONMENTS, load_environment
from local.command_line import run
from local.infra.account import Account, in_one_sentence, open_account, outputs

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Names of files, relative to the DAG folder."""

    uploaded: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int

    def __str__(self) -> str:
        return f"{len(self.uploaded)} uploaded, {len(self.removed)} removed, {self.unchanged} unchanged"


def dag_files(root: Path = ROOT) -> dict[str, bytes]:
    """Name in the DAG folder to content: what is imported comes before the DAGs that import it."""
    files = {"taxonomy.toml": root / "config" / "taxonomy.toml"}
    files |= {path.relative_to(root).as_posix(): path for path in _sources(root / "mailroom")}
    dags = root / "dags"
    files |= {path.relative_to(dags).as_posix(): path for path in _sources(dags)}
    ordered = sorted(files, key=lambda name: ("/" not in name and name.endswith(".py"), name))
    return {name: files[name].read_bytes() for name in ordered}


def upload(s3: Any, bucket: str, folder: str, files: Mapping[str, bytes]) -> Upload:
    """Make the objects under ``folder`` those of ``files``, in their order; stale ones go last.

    Airflow then never sees a DAG before what it imports.
    """
    present = _digests(s3, bucket, f"{folder}/")
    uploaded = []
    for name, content in files.items():
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
        if present.get(name) != digest:
            s3.put_object(
                Bucket=bucket, Key=f"{folder}/{name}", Body=content, ChecksumAlgorithm="SHA256", ChecksumSHA256=digest
            )
            uploaded.append(name)
    removed = sorted(set(present) - set(files))
    for name in removed:
        s3.delete_object(Bucket=bucket, Key=f"{folder}/{name}")
    return Upload(uploaded=tuple(uploaded), removed=tuple(removed), unchanged=len(files) - len(uploaded))


def upload_to(account: Account, stack_name: str, files: Mapping[str, bytes]) -> Upload | None:
    """Upload to the bucket that the stack names; None if the environment has no Airflow.

    Raises:
        AccountError: the stack is not deployed, or the bucket refuses.
    """
    found = outputs(account, stack_name)
    if "DagBucketName" not in found:
        return None
    with in_one_sentence("The DAGs cannot be uploaded"):
        return upload(account.client("s3"), found["DagBucketName"], found["DagFolder"], files)


def main(arguments: Sequence[str] | None = None) -> int:
    """Upload; 0, or 2 after one sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m local.infra.upload_dags", description="Upload the DAGs to Airflow."
    )
    parser.add_argument("--env", choices=ENVIRONMENTS, required=True)
    options = parser.parse_args(arguments)
    return run(lambda: _upload(options.env))


def _upload(environment: str) -> None:
    config = load_environment(environment)
    done = upload_to(open_account(config), config.named("orchestration"), dag_files())
    if done is None:
        print(f"{environment} has no Airflow (orchestration.mwaa is false): its schedule starts the pipeline itself.")
        return
    print(f"{environment}: DAGs {done}")


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _digests(s3: Any, bucket: str, prefix: str) -> dict[str, str | None]:
    """Name to SHA-256 (base64) of the objects under ``prefix``; None where they were uploaded without one."""
    found: dict[str, str | None] = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", ()):
            # Not the ETag: of an object that KMS encrypts it is no digest of the content.
            head = s3.head_object(Bucket=bucket, Key=entry["Key"], ChecksumMode="ENABLED")
            found[entry["Key"].removeprefix(prefix)] = head.get("ChecksumSHA256")
    return found


if __name__ == "__main__":
    sys.exit(main())
