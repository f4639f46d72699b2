"""Fetches what the model archive carries for the serving container: wheels of its Python, by hash, unpacked.

`make setup` runs it, the only step beside the installation that asks the package index; packing an archive only copies.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from mailroom.errors import MailroomError

REQUIREMENTS = Path("requirements/vendor-cp312.txt")
TARGET = Path(".cache/vendor")
# The container's interpreter (see requirements/vendor-cp312.txt); glibc 2.28 and 2.17 are older than its 2.35.
_PLATFORM = [
    "--python-version",
    "3.12",
    "--implementation",
    "cp",
    "--abi",
    "cp312",
    "--abi",
    "abi3",
    "--abi",
    "none",
    "--platform",
    "manylinux_2_28_x86_64",
    "--platform",
    "manylinux2014_x86_64",
]


class VendorError(MailroomError):
    """The wheels could not be fetched."""


def fetch(requirements: Path, target: Path) -> bool:
    """Fetch and unpack into ``target``/cp312, unless that is done; returns whether anything was fetched.

    Raises:
        VendorError: the package index does not answer, or a wheel is not the pinned one.
    """
    stamp = target / "requirements.sha256"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        wheels, unpacked = Path(folder) / "wheels", Path(folder) / "vendor"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--only-binary=:all:",
                "--require-hashes",
                "--dest",
                str(wheels),
                *_PLATFORM,
                "-r",
                str(requirements),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = next((line for line in done.stderr.splitlines() if line.startswith("ERROR")), "pip failed")
            raise VendorError(f"The serving container's packages could not be fetched: {reason}.")
        for wheel in sorted(wheels.glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(unpacked / "cp312")
        shutil.rmtree(target, ignore_errors=True)
        unpacked.rename(target)
    stamp.write_text(digest, encoding="ascii")
    return True


def main() -> int:
    """Fetch into the default place and say so; 0, or 2 after one sentence."""
    try:
        fetched = fetch(REQUIREMENTS, TARGET)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"serving container's packages: {'fetched' if fetched else 'unchanged'} ({TARGET})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
