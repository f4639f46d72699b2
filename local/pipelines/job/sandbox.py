"""A folder that stands for a container's /opt/ml."""

import shutil
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = "/opt/ml"
"""Where a container has it."""


class Sandbox:
    """Made empty, and removed at the end: it holds customers' mails. Use as a context manager.

    ``folder`` is EXECUTOR/EXECUTION/STEP.job, by which ``sweep`` finds what a killed executor could not remove.
    """

    def __init__(self, folder: Path) -> None:
        # Commands name the root without quotes, as a container's root needs none.
        blank = any(character.isspace() for character in str(folder))
        self.root = Path(tempfile.mkdtemp(prefix=_temporary_prefix(folder.parents[1]))) if blank else folder
        self._remove()
        self.root.mkdir(mode=0o700, parents=True)

    def path(self, container_path: str) -> Path:
        """Where a path of the container lies here; its folder is not made."""
        return Path(self.here(container_path))

    def here(self, value: Any) -> Any:
        """``value`` with the container's root replaced in every text."""
        if isinstance(value, str):
            return value.replace(ROOT, str(self.root))
        if isinstance(value, list):
            return [self.here(item) for item in value]
        if isinstance(value, dict):
            return {key: self.here(inner) for key, inner in value.items()}
        return value

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self._remove()

    def _remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what the jobs of an executor that was killed have left; ``folder`` is the executor's own, and no job of
    it runs."""
    for left in (*folder.glob("*/*.job"), *Path(tempfile.gettempdir()).glob(f"{_temporary_prefix(folder)}*")):
        shutil.rmtree(left, ignore_errors=True)


def _temporary_prefix(folder: Path) -> str:
    return f"mailroom-job-{sha256(str(folder).encode()).hexdigest()[:12]}-"
