"""A prepared dataset as a folder: written whole or not at all, checked when it is read."""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mailroom.errors import MailroomError
from mailroom.taxonomy import Taxonomy
from mailroom.wire.labels import taxonomy_from_json, taxonomy_to_json
from model.dataset.errors import DatasetError
from model.dataset.example import Example, example_from_json, example_to_json
from model.dataset.kept_set import FACTS as FROZEN
from model.dataset.kept_set import KeptSet, kept_set_to_json
from model.dataset.split import RECENT, SPLITS

__all__ = ["Example", "PreparedDataset", "check_replaceable", "read_fingerprint", "write_prepared"]

FORMAT = 1
MANIFEST = "manifest.json"
TAXONOMY = "taxonomy.json"
REPORT = "data_report.json"


@dataclass(frozen=True, kw_only=True)
class PreparedDataset:
    """Cleaned, split mails.

    ``recent``: beside a frozen test set, the mails for testing that came after it. ``taxonomy`` holds the tasks that
    have labels; ``fingerprint`` is 64 hexadecimal digits that stand for the input files, their mapping, the taxonomy,
    the options and the code.
    """

    train: tuple[Example, ...] = field(repr=False)
    validation: tuple[Example, ...] = field(repr=False)
    test: tuple[Example, ...] = field(repr=False)
    taxonomy: Taxonomy = field(repr=False)
    report: Mapping[str, Any] = field(repr=False)
    fingerprint: str
    recent: tuple[Example, ...] = field(repr=False, default=())

    @classmethod
    def load(cls, folder: Path) -> "PreparedDataset":
        """Read a prepared folder.

        Raises:
            DatasetError: the folder holds no prepared dataset, one of another version, or a damaged one.
        """
        manifest = _manifest(folder)
        if manifest is None:
            raise DatasetError(f"The folder {folder} holds no prepared dataset; make one with python -m model.prepare.")
        if manifest.get("format") != FORMAT:
            raise DatasetError(f"The prepared dataset in {folder} is of another version; prepare it anew.")
        names = _split_files()
        if names[RECENT] not in manifest["files"]:  # prepared before there were frozen test sets
            del names[RECENT]
        content = {name: _checked(folder, name, manifest) for name in (*names.values(), TAXONOMY, REPORT)}
        try:
            splits = {
                split: tuple(example_from_json(json.loads(line)) for line in _lines(content[name]))
                for split, name in names.items()
            }
            taxonomy = taxonomy_from_json(json.loads(content[TAXONOMY]))
            report = MappingProxyType(json.loads(content[REPORT]))
            return cls(**splits, taxonomy=taxonomy, report=report, fingerprint=manifest["fingerprint"])
        except (ValueError, KeyError, TypeError, MailroomError):
            raise _damaged(folder, "a file does not have the agreed form") from None


def read_fingerprint(folder: Path) -> str | None:
    """The fingerprint of the dataset prepared in ``folder``, or None if there is none of this version."""
    manifest = _manifest(folder)
    return manifest.get("fingerprint") if manifest and manifest.get("format") == FORMAT else None


def check_replaceable(folder: Path) -> None:
    """Raise DatasetError if ``folder`` holds anything but a prepared dataset."""
    if folder.exists() and not _is_replaceable(folder):
        raise DatasetError(f"{folder} holds something other than a prepared dataset; name another folder.")


def write_prepared(
    folder: Path,
    splits: Mapping[str, Sequence[Example]],
    *,
    taxonomy: Taxonomy,
    report: Mapping[str, Any],
    fingerprint: str,
    kept: KeptSet | None = None,
) -> None:
    """Write a prepared dataset; it replaces one that is there already in one move. A split may be missing.
    ``kept``: the frozen test set, for later runs.

    Raises:
        DatasetError: ``folder`` holds something else, or cannot be written.
    """
    folder = folder.absolute()
    check_replaceable(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
            made, former = Path(scratch) / "made", Path(scratch) / "former"
            made.mkdir()
            for split, name in _split_files().items():
                lines = (json.dumps(example_to_json(one), ensure_ascii=False) + "\n" for one in splits.get(split, ()))
                with (made / name).open("w", encoding="utf-8", newline="\n") as stream:
                    stream.writelines(lines)
            _write_json(made / TAXONOMY, taxonomy_to_json(taxonomy))
            _write_json(made / REPORT, report)
            if kept is not None:
                _write_json(made / FROZEN, kept_set_to_json(kept))
            _write_json(made / MANIFEST, {"format": FORMAT, "fingerprint": fingerprint, "files": _hashes(made)})
            if folder.exists():
                folder.rename(former)
            try:
                made.rename(folder)
            except OSError:
                if former.exists():
                    former.rename(folder)
                raise
    except OSError as error:
        raise DatasetError(f"The prepared dataset cannot be written to {folder}: {error.strerror}.") from None


def _split_files() -> dict[str, str]:
    return {split: f"{split}.jsonl" for split in (*SPLITS, RECENT)}


def _is_replaceable(folder: Path) -> bool:
    return folder.is_dir() and (_manifest(folder) is not None or not any(folder.iterdir()))


def _manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a prepared folder, of whatever version."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(manifest, dict) and isinstance(manifest.get("files"), dict) and "fingerprint" in manifest
    return manifest if ours else None


def _checked(folder: Path, name: str, manifest: Mapping[str, Any]) -> str:
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise _damaged(folder, f"{name} is missing") from None
    if hashlib.sha256(content).hexdigest() != manifest["files"].get(name):
        raise _damaged(folder, f"{name} is not as it was written")
    return content.decode("utf-8")


def _lines(content: str) -> list[str]:
    return content.split("\n")[:-1]  # not splitlines: mails may hold other line separators


def _damaged(folder: Path, what: str) -> DatasetError:
    return DatasetError(f"The prepared dataset in {folder} is damaged ({what}); prepare it anew.")


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
