"""Archives that depend on nothing but their content: sorted entries, one time, one owner, one mode."""

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say
_MODE = 0o644


def content_hash(entries: Mapping[str, bytes]) -> str:
    """SHA-256 (hexadecimal) over names and contents, whatever compressor packs them."""
    digest = hashlib.sha256()
    for name, content in sorted(entries.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def read_entries(files: Mapping[str, Path]) -> dict[str, bytes]:
    """The contents of ``files`` (archive name to path)."""
    return {name: path.read_bytes() for name, path in sorted(files.items())}


def zip_archive(entries: Mapping[str, bytes]) -> bytes:
    """A zip archive of ``entries``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(entries.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix: Lambda reads the mode
            info.external_attr = (0o100000 | _MODE) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def tar_gz_archive(entries: Mapping[str, bytes]) -> bytes:
    """A gzipped tar archive of ``entries``."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(filename="", fileobj=buffer, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, content in sorted(entries.items()):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), _MODE
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()
