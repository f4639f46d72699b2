"""A model archive that has been looked into: what is in it, and the one file that holds it."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from model.archive.reader import Manifest, open_archive
from model.archive.unpack import unpacked
from model.archive.writer import pack


@dataclass(frozen=True, kw_only=True)
class ModelArchive:
    """``file``: the packed archive. ``metrics``: its own measurements as JSON, empty if it has none."""

    file: Path
    manifest: Manifest
    digest: str
    metrics: bytes

    @property
    def version(self) -> str:
        """The model's version and the beginning of the content's digest: the same only for the same bytes."""
        return f"{self.manifest.model_version}-{self.digest[:12]}"


@contextmanager
def opened(path: Path) -> Iterator[ModelArchive]:
    """Check the archive at ``path``, packed or a folder.

    Raises:
        ArchiveError: it is missing, damaged, or not Mailroom's.
    """
    with tempfile.TemporaryDirectory(prefix="mailroom-archive-") as scratch:
        folder = unpacked(path, Path(scratch) / "model")
        layout, manifest = open_archive(folder)
        file = path
        if path.is_dir():
            file = Path(scratch) / "model.tar.gz"
            pack(folder, file)
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        metrics = layout.metrics.read_bytes() if layout.metrics.is_file() else b""
        yield ModelArchive(file=file, manifest=manifest, digest=digest, metrics=metrics)
