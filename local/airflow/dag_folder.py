"""The DAGs as Airflow's own machines get them: from the bucket."""

from pathlib import Path
from typing import Any


def fetch(s3: Any, *, bucket: str, prefix: str, folder: Path) -> int:
    """Copy what lies under ``prefix/`` into the empty ``folder``; returns the number of files."""
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/"):
        for entry in page.get("Contents", ()):
            path = folder / entry["Key"].removeprefix(f"{prefix}/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())
            count += 1
    return count
