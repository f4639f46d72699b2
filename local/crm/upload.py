"""The CRM's monthly upload: the export, and then the manifest that says it is complete."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

EXPORT = "export.jsonl"
MANIFEST = "manifest.json"
_NONE: Mapping[str, Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """A month's mails as JSON Lines; ``month`` is of the form 2026-02."""

    month: str
    rows: int
    content: bytes

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the CRM says of the file, so that whoever takes it can tell that all of it is there."""
        return {
            "month": self.month,
            "rows": self.rows,
            "bytes": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


def export_of(file: Path, month: str, closed: Mapping[str, Mapping[str, str]] = _NONE) -> Export:
    """The sample's month as a CRM exports it: without the mark for training and testing, which no CRM has.

    ``closed``: by mail id the labels (task to label) with which its case was closed; other mails keep theirs.
    """
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(file, closed)]
    return Export(month=month, rows=len(lines), content="".join(lines).encode())


def upload(export: Export, *, s3: Any, bucket: str, prefix: str) -> None:
    """Put the export and then its manifest into ``PREFIX/MONTH/``; ``s3`` is a boto3 client.

    Whoever waits for the manifest never meets half an export.
    """
    folder = f"{prefix}/{export.month}"
    s3.put_object(Bucket=bucket, Key=f"{folder}/{EXPORT}", Body=export.content)
    s3.put_object(Bucket=bucket, Key=f"{folder}/{MANIFEST}", Body=json.dumps(export.manifest).encode())


def _rows(file: Path, closed: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            row.pop("split", None)
            yield {**row, **closed.get(row["id"], {})}
