"""A training job's checkpoints: kept in S3 while it runs, and there again when the next attempt starts.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
"""

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import Any

from local.pipelines.job.s3_folders import download, upload_file

_SYNC_SECONDS = 1.0


class Checkpoints:
    """``folder`` is where the job writes them, ``uri`` the prefix where they are kept."""

    def __init__(self, s3: Any, *, folder: Path, uri: str) -> None:
        self._s3 = s3
        self._folder = folder
        self._uri = uri.rstrip("/")
        self._kept: dict[str, tuple[int, int]] = {}
        self._synced_at = 0.0

    def restore(self) -> int:
        """Fetch what an earlier attempt has left; returns how many files that were."""
        found = download(self._s3, f"{self._uri}/", self._folder)
        self._kept = self._files()
        return found

    def sync_now_and_then(self) -> None:
        """Sync, if the last time was a while ago."""
        if time.monotonic() - self._synced_at >= _SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Keep what is new or has changed."""
        self._synced_at = time.monotonic()
        changed = {name: state for name, state in self._files().items() if self._kept.get(name) != state}
        if not changed:
            return
        # The job goes on and moves its files meanwhile: links hold those of one moment together.
        still = self._folder.with_name(f"{self._folder.name}.still")
        shutil.rmtree(still, ignore_errors=True)
        for name in changed:
            (still / name).parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                os.link(self._folder / name, still / name)
        for name, state in changed.items():
            if (still / name).is_file():
                upload_file(self._s3, still / name, f"{self._uri}/{name}")
                self._kept[name] = state
        shutil.rmtree(still)

    def _files(self) -> dict[str, tuple[int, int]]:
        states = {}
        for path in sorted(self._folder.rglob("*")):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    status = path.stat()
                    states[path.relative_to(self._folder).as_posix()] = (status.st_mtime_ns, status.st_size)
        return states
