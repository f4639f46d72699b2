"""Folders made once and kept: published by one rename, checked against their manifest on every reuse."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from model.base_model.folder import check_complete, fingerprint_of, model_files, sha256_of

MANIFEST = "base_model.json"
# safetensors leaves files that only their owner can read, which a container with another user could not load.
READABLE = 0o644

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class FileRecord:
    """One file as it was when last hashed: hexadecimal SHA-256, bytes, modification time in nanoseconds."""

    sha256: str
    size: int
    modified: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What was asked for (`recipe`), where it came from (`origin`, for people), and every model file."""

    recipe: Mapping[str, str]
    origin: str
    files: Mapping[str, FileRecord]

    @property
    def fingerprint(self) -> str:
        """The folder's fingerprint, see folder.fingerprint_of."""
        return fingerprint_of({name: record.sha256 for name, record in self.files.items()})


def cached_folder(
    folder: Path, *, recipe: Mapping[str, str], build: Callable[[Path], str], full_check: bool = False
) -> Manifest:
    """Make `folder` hold what `recipe` describes, and return its manifest.

    A folder made by an equal recipe whose files are as recorded is reused (size and modification time stand
    for the content; `full_check` hashes every file). Otherwise `build` fills an empty folder and returns the
    origin; the result replaces `folder` in one rename, so that nobody ever sees a half-made one, and whatever
    `build` raises leaves `folder` as it was. A folder that has to be rebuilt is logged in one line.
    """
    manifest, problem = _reusable(folder, recipe=recipe, full_check=full_check)
    if manifest is not None:
        return manifest
    if problem:
        log.warning("rebuilding %s: %s", folder.name, problem)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        made, replaced = Path(scratch) / "made", Path(scratch) / "replaced"
        made.mkdir()
        origin = build(made)
        check_complete(made, called=origin)
        for path in model_files(made):
            path.chmod(READABLE)
        manifest = Manifest(recipe=dict(recipe), origin=origin, files=_records(made))
        _write(made / MANIFEST, manifest)
        theirs, _ = _reusable(folder, recipe=recipe, full_check=True)
        if theirs is not None:  # another process was faster; what it published may be in use already
            return theirs
        if folder.exists():
            folder.rename(replaced)
        made.rename(folder)
    return manifest


def _reusable(folder: Path, *, recipe: Mapping[str, str], full_check: bool) -> tuple[Manifest | None, str | None]:
    """The manifest if the folder can be reused; otherwise why not, or nothing if there is no folder."""
    if not folder.exists():
        return None, None
    manifest = _read(folder / MANIFEST)
    if manifest is None:
        return None, f"its {MANIFEST} is missing or damaged"
    if dict(manifest.recipe) != dict(recipe):
        return None, "it was made from something else or by another version"
    if {path.name for path in model_files(folder)} != set(manifest.files):
        return None, "files are missing or new"
    touched = False
    for name, record in manifest.files.items():
        status = (folder / name).stat()
        if status.st_size != record.size:
            return None, f"{name} is damaged (its size differs)"
        if full_check or status.st_mtime_ns != record.modified:
            if sha256_of(folder / name) != record.sha256:
                return None, f"{name} is damaged (its SHA-256 differs)"
            touched = touched or status.st_mtime_ns != record.modified
    if touched:  # a copied cache has new times: remember them, or every later call would hash everything again
        manifest = replace(manifest, files=_records(folder, known=manifest.files))
        _write(folder / MANIFEST, manifest)
    return manifest, None


def _records(folder: Path, *, known: Mapping[str, FileRecord] | None = None) -> dict[str, FileRecord]:
    records = {}
    for path in model_files(folder):
        status = path.stat()
        sha256 = known[path.name].sha256 if known else sha256_of(path)
        records[path.name] = FileRecord(sha256=sha256, size=status.st_size, modified=status.st_mtime_ns)
    return records


def _write(file: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), indent=2, sort_keys=True) + "\n"
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as stream:
        stream.write(text)
    Path(stream.name).chmod(READABLE)
    Path(stream.name).replace(file)


def _read(file: Path) -> Manifest | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        files = {name: FileRecord(**record) for name, record in content["files"].items()}
        return Manifest(recipe=content["recipe"], origin=content["origin"], files=files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
