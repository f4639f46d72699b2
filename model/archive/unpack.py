"""A model archive on disk: a folder as it is, or a tar.gz unpacked without trust.

For whoever holds an archive that nobody has unpacked yet; a container finds its own unpacked.
"""

import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from model.archive.reader import ArchiveError

ENTRY = PurePosixPath("code/inference.py")


def unpacked(archive: Path, scratch: Path) -> Path:
    """The archive as a folder: itself, or what it holds, unpacked into ``scratch``.

    Raises:
        ArchiveError: it is missing, damaged, not a model archive, or holds a link or a name that leads out of it.
    """
    if archive.is_dir():
        folder = archive
    elif archive.is_file():
        folder = scratch
        try:
            _unpack(archive, folder)
        except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError):
            raise ArchiveError(f"The model archive {archive} is damaged, or is no tar.gz file.") from None
    else:
        raise ArchiveError(f"There is no model archive {archive}.")
    if not (folder / ENTRY).is_file():
        raise ArchiveError(f"The model archive {archive} holds no {ENTRY}, so it is none of Mailroom's.")
    return folder


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive, mode="r:gz") as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            if name.is_absolute() or ".." in name.parts or not (member.isreg() or member.isdir()):
                raise ArchiveError(f"The model archive {archive} holds a link, or a name that leads out of it.")
            target = folder / name
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            source = tar.extractfile(member)
            if source is not None:
                with source, target.open("wb") as file:
                    shutil.copyfileobj(source, file, 1 << 20)
