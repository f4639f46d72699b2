"""Compiled packages that a training or processing container lacks and cannot install: they come as a channel."""

import sys
from pathlib import Path

# Where a processing job mounts its inputs.
PROCESSING_INPUT = "/opt/ml/processing/input/vendor"


def use_vendored(folder: str | None) -> None:
    """Put the packages for this very interpreter (``cp312``) behind the installed ones; nothing if there are none."""
    if folder:
        packages = Path(folder) / f"cp{sys.version_info.major}{sys.version_info.minor}"
        if packages.is_dir():
            sys.path.append(str(packages))
