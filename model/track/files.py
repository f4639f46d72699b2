"""What earlier steps left, as the tracking steps read it."""

import json
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.archive.layout import ArchiveLayout
from model.track.errors import InputError

_ARCHIVE = "model.tar.gz"


@dataclass(frozen=True, kw_only=True)
class Trained:
    """``model``: archive.json, which says what was made of what; ``metrics``: metrics.json, how training went."""

    model: Mapping[str, Any]
    metrics: Mapping[str, Any]


def trained_in(folder: Path) -> Trained:
    """Two files of the model archive in ``folder``, of which nothing is unpacked; raises InputError."""
    layout = ArchiveLayout(Path())
    wanted = {str(layout.manifest), str(layout.metrics)}
    found: dict[str, Any] = {}
    try:
        with tarfile.open(folder / _ARCHIVE, mode="r:gz") as tar:
            for member in tar:
                name = member.name.removeprefix("./")
                file = tar.extractfile(member) if name in wanted else None
                if file is not None:
                    found[name] = json.load(file)
                if found.keys() == wanted:
                    break
    except (OSError, EOFError, ValueError, tarfile.TarError, zlib.error):
        raise InputError(f"The training's {_ARCHIVE} cannot be read.") from None
    if str(layout.manifest) not in found:
        raise InputError(f"The training's {_ARCHIVE} holds no {layout.manifest}.")
    return Trained(model=found[str(layout.manifest)], metrics=found.get(str(layout.metrics), {}))


def content_of(path: Path) -> Any:
    """A JSON file; raises InputError if it is missing or none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(f"{path.name} of the folder {path.parent.name} is missing, or is no JSON.") from None
