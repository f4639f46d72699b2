"""Compiled packages that a training or processing container lacks and cannot install: they travel with the code."""

import sys
from pathlib import Path

# In the source tarball they lie beside model/; a checkout has them installed, and nothing there.
BESIDE_CODE = Path(__file__).resolve().parents[1] / "vendor"


def use_vendored(folder: Path) -> None:
    """Put the packages for this very interpreter (``cp312``) behind the installed ones; nothing if there are none."""
    packages = folder / f"cp{sys.version_info.major}{sys.version_info.minor}"
    if packages.is_dir():
        sys.path.append(str(packages))
