"""The code of training jobs: the domain, the model, the reviewed taxonomy, and what the containers lack.

Without the CDK, so that an experiment packs what it trains as the pipeline's own source is packed.
"""

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

from config.errors import ConfigError
from stacks.assets.archives import read_entries

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / ".cache" / "vendor"
INTERPRETER = "cp312"
"""The containers' Python."""

_PACKAGES = ("mailroom", "model")
_TAXONOMY = "config/taxonomy.toml"


@functools.cache
def training_source_entries(root: Path = ROOT, vendor: Path = VENDOR) -> dict[str, bytes]:
    """Archive name to content; raises ConfigError if the vendored packages have not been fetched."""
    if not (vendor / INTERPRETER).is_dir():
        raise ConfigError("The packages for the training containers have not been fetched; run make setup.")
    files = {path.relative_to(root).as_posix(): path for package in _PACKAGES for path in _files(root / package)}
    files[_TAXONOMY] = root / _TAXONOMY
    files |= {f"vendor/{path.relative_to(vendor).as_posix()}": path for path in _files(vendor / INTERPRETER)}
    return read_entries(files)


def packed_taxonomy_sha256() -> str:
    """SHA-256 of the taxonomy in the archive, hexadecimal, by which others can tell whether theirs is the same."""
    return hashlib.sha256(training_source_entries()[_TAXONOMY]).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    # Caches depend on who ran what before; they are no source.
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
