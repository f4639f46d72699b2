"""What the CRM says about the export it uploads."""

import json
import re
from dataclasses import dataclass
from typing import Any

from mailroom_retrain_helpers.errors import ExportError

MANIFEST_FILE = "manifest.json"
EXPORT_FILE = "export.jsonl"


@dataclass(frozen=True, kw_only=True)
class ExportManifest:
    """``rows`` mails in ``bytes`` bytes of JSON Lines; ``sha256`` of the whole file, hexadecimal."""

    month: str
    rows: int
    bytes: int
    sha256: str

    @classmethod
    def parse(cls, content: bytes, *, month: str) -> "ExportManifest":
        """Read the manifest of ``month``.

        Raises:
            ExportError: a field is missing, of the wrong kind, or the month is another.
        """
        try:
            document = json.loads(content)
        except ValueError:
            raise ExportError(f"The manifest of {month} is not JSON; upload it again.") from None
        if not isinstance(document, dict):
            raise ExportError(f"The manifest of {month} must be a JSON object; upload it again.")
        if document.get("month") != month:
            raise ExportError(f"The manifest of {month} is for another month; upload the right one.")
        sha256 = document.get("sha256")
        if not isinstance(sha256, str) or not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
            raise ExportError(f"The manifest of {month} needs the SHA-256 of the export as 64 hexadecimal digits.")
        return cls(
            month=month,
            rows=_count(document, "rows", month),
            bytes=_count(document, "bytes", month),
            sha256=sha256.lower(),
        )


def _count(document: dict[str, Any], key: str, month: str) -> int:
    value = document.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ExportError(f"The manifest of {month} needs {key!r} as a number of at least 1.")
    return value
