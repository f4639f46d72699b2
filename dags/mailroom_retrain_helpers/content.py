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
_MOST_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class ExportContent:
    """Counted facts: ``labelled`` rows per task, and ``unknown`` labels with their number of rows per task."""

    rows: int
    bytes: int
    sha256: str
    labelled: Mapping[str, int]
    unknown: Mapping[str, Mapping[str, int]]


def measure(chunks: Iterable[bytes], taxonomy: Taxonomy) -> ExportContent:
    """Count an export of JSON Lines as it streams by; holds one row at a time.

    Raises:
        ExportError: a row is no JSON object; the message gives its number.
    """
    digest = hashlib.sha256()
    size = rows = 0
    labelled: Counter[str] = Counter()
    unknown: dict[str, Counter[str]] = {task: Counter() for task in taxonomy.tasks}

    def counted() -> Iterator[bytes]:
        nonlocal size
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    for line in _lines(counted()):
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
        bytes=size,
        sha256=digest.hexdigest(),
        labelled={task: labelled[task] for task in taxonomy.tasks},
        unknown={task: dict(labels) for task, labels in unknown.items() if labels},
    )


def check(content: ExportContent, manifest: ExportManifest) -> None:
    """Refuse an export that is not the one its manifest names, or whose labels the taxonomy lacks.

    Raises:
        ExportError: with what differs, or with the unknown labels and their numbers of rows.
    """
    for what, found, said in (
        ("bytes", content.bytes, manifest.bytes),
        ("rows", content.rows, manifest.rows),
        ("SHA-256", content.sha256, manifest.sha256),
    ):
        if found != said:
            raise ExportError(
                f"The export of {manifest.month} does not match its manifest: {what} is {found}, the manifest says "
                f"{said}; upload both again."
            )
    if content.unknown:
        raise ExportError(
            f"The export of {manifest.month} has labels that the taxonomy lacks: {_named(content.unknown)}; add "
            "them to the taxonomy or correct them in the CRM."
        )
    silent = [task for task, count in content.labelled.items() if count == 0]
    if silent:
        raise ExportError(f"The export of {manifest.month} has no labels at all for {', '.join(silent)}.")


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


def _named(unknown: Mapping[str, Mapping[str, int]]) -> str:
    counted = [
        (count, f"{task} {label!r} ({count})") for task, labels in unknown.items() for label, count in labels.items()
    ]
    counted.sort(key=lambda entry: (-entry[0], entry[1]))
    named = ", ".join(text for _, text in counted[:_MOST_NAMED])
    more = len(counted) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
