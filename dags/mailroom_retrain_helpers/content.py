"""One pass over an export: what it is, and which of its labels nobody knows."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mailroom.taxonomy import Taxonomy
from mailroom_retrain_helpers.errors import ExportError
from mailroom_retrain_helpers.manifest import ExportManifest

# A value of any other form may be a sentence of a mail in the wrong column: it is counted, never shown.
_LABEL_LIKE = re.compile(r"[\w.:-]{1,64}")
UNREADABLE = "(not a label)"


@dataclass(frozen=True, kw_only=True)
class ExportFile:
    """What a manifest speaks of: rows, bytes, and SHA-256 of the whole file."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ExportContent(ExportFile):
    """Counted facts: ``labelled`` rows per task, and ``unknown`` labels with their number of rows per task."""

    labelled: Mapping[str, int]
    unknown: Mapping[str, Mapping[str, int]]


def measure_file(chunks: Iterable[bytes]) -> ExportFile:
    """Count an export of JSON Lines as it streams by, without reading its rows; holds one row at a time."""
    counted = _Counted(chunks)
    rows = sum(1 for _ in _lines(counted))
    return ExportFile(rows=rows, bytes=counted.bytes, sha256=counted.sha256)


def measure(chunks: Iterable[bytes], taxonomy: Taxonomy) -> ExportContent:
    """The same, with its labels.

    Raises:
        ExportError: a row is no JSON object; the message gives its number.
    """
    counted = _Counted(chunks)
    rows = 0
    labelled: Counter[str] = Counter()
    unknown: dict[str, Counter[str]] = {task: Counter() for task in taxonomy.tasks}
    for line in _lines(counted):
        rows += 1
        row = _row(line, rows)
        for task in taxonomy.tasks:
            value = row.get(task)
            if value is None or value == "":
                continue
            labelled[task] += 1
            if not isinstance(value, str) or not taxonomy.has(task, value):
                readable = isinstance(value, str) and _LABEL_LIKE.fullmatch(value)
                unknown[task][value if readable else UNREADABLE] += 1
    return ExportContent(
        rows=rows,
        bytes=counted.bytes,
        sha256=counted.sha256,
        labelled={task: labelled[task] for task in taxonomy.tasks},
        unknown={task: dict(labels) for task, labels in unknown.items() if labels},
    )


def check(file: ExportFile, manifest: ExportManifest) -> None:
    """Refuse an export that is not the one its manifest names.

    Raises:
        ExportError: with what differs.
    """
    for what, found, said in (
        ("bytes", file.bytes, manifest.bytes),
        ("rows", file.rows, manifest.rows),
        ("SHA-256", file.sha256, manifest.sha256),
    ):
        if found != said:
            raise mismatch(manifest, what, found, said)


def mismatch(manifest: ExportManifest, what: str, found: object, said: object) -> ExportError:
    """The error for an export that is another than its manifest says."""
    return ExportError(
        f"The export of {manifest.month} does not match its manifest: {what} is {found}, the manifest says "
        f"{said}; upload both again."
    )


class _Counted:
    """The chunks; what has gone by is counted."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._digest, self.bytes = chunks, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            self.bytes += len(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line for line in lines if line.strip())
    if rest.strip():
        yield rest


def _row(line: bytes, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise ExportError(f"Row {number} of the export is not a JSON object.")
    return row
