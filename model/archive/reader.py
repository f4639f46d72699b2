"""Opening a model archive: nothing is loaded before every file is what the manifest says it is."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailroom.errors import MailroomError
from model.archive.layout import FORMAT, FORMAT_VERSION, ArchiveLayout


class ArchiveError(MailroomError):
    """The archive is damaged, incomplete, or not Mailroom's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What archive.json says. ``facts`` tells how the model was made; nothing in it is needed to serve."""

    model_version: str
    taxonomy_version: str
    architecture: str
    labels: dict[str, tuple[str, ...]]
    """Per task the labels the model knows, in the order of its outputs."""
    languages: tuple[str, ...]
    """Languages it was trained on (ISO 639-1)."""
    max_tokens: int
    files: dict[str, str]
    """sha-256 per file, by path within the archive."""
    facts: dict[str, Any]


def open_archive(root: Path) -> tuple[ArchiveLayout, Manifest]:
    """Check an unpacked archive.

    Raises:
        ArchiveError: it has no readable manifest, is of another format or version, or a file is missing or changed.
    """
    layout = ArchiveLayout(root)
    manifest = _manifest(layout.manifest)
    for name, digest in manifest.files.items():
        path = root / name
        if not path.resolve().is_relative_to(root.resolve()):
            raise ArchiveError(f"The model archive's manifest names a file outside it: {name}.")
        if not path.is_file():
            raise ArchiveError(f"The model archive is incomplete: {name} is missing.")
        if sha256(path) != digest:
            raise ArchiveError(f"The model archive is damaged: {name} is not what the manifest says.")
    return layout, manifest


def _manifest(path: Path) -> Manifest:
    try:
        content = json.loads(path.read_bytes())
    except OSError:
        raise ArchiveError("This is not a Mailroom model archive: it has no archive.json.") from None
    except ValueError:
        raise ArchiveError("The model archive is damaged: its archive.json is not JSON.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ArchiveError("This is not a Mailroom model archive: its archive.json is of another kind.")
    if content.get("format_version") != FORMAT_VERSION:
        raise ArchiveError(
            f"The model archive has format version {content.get('format_version')}; "
            f"this code reads version {FORMAT_VERSION}."
        )
    try:
        return Manifest(
            model_version=str(content["model_version"]),
            taxonomy_version=str(content["taxonomy_version"]),
            architecture=str(content["architecture"]),
            labels={task: tuple(labels) for task, labels in content["labels"].items()},
            languages=tuple(content["languages"]),
            max_tokens=int(content["max_tokens"]),
            files={str(name): str(digest) for name, digest in content["files"].items()},
            facts=dict(content["facts"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ArchiveError("The model archive is damaged: its archive.json lacks what this code needs.") from None


def read_json(path: Path) -> Any:
    """A JSON file of the archive; raises ArchiveError if it is missing or not JSON."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise ArchiveError(f"The model archive is damaged: {path.name} cannot be read.") from None


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
