"""The same weights with other serving code: a new version, because the bytes differ."""

import shutil
from dataclasses import asdict
from pathlib import Path

from model.archive.code import write_code
from model.archive.reader import open_archive
from model.archive.writer import write_manifest


def repack(folder: Path, *, root: Path, vendor: Path | None) -> str:
    """Put the serving code of ``root`` (with ``vendor``) into the unpacked archive in ``folder``; returns the version.

    Everything else stays byte for byte. The manifest's facts name the version it was made of. The same version comes
    back if the code is the same.

    Raises:
        ArchiveError: the archive is damaged, or not Mailroom's.
    """
    layout, former = open_archive(folder)
    shutil.rmtree(layout.code)
    write_code(layout.code, root=root, vendor=vendor)
    said = asdict(former)
    del said["files"], said["model_version"]
    return write_manifest(layout, {**said, "facts": {**former.facts, "repacked_from": former.model_version}})
