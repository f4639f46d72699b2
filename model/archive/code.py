"""The code that travels in an archive: exactly the serving path, so that the container needs nothing of the project."""

import shutil
from collections.abc import Iterator
from pathlib import Path

# What model_fn and its fellows import. tests/test_architecture.py holds that none of it imports anything else.
SERVING = (
    "mailroom",
    "model/__init__.py",
    "model/inference.py",
    "model/language.py",
    "model/cleaning",
    "model/classifier",
    "model/archive/__init__.py",
    "model/archive/layout.py",
    "model/archive/reader.py",
)

_ENTRY = '''\
"""Entry point of the serving container: the four functions of model/inference.py."""

import sys
from pathlib import Path

# Compiled packages that the container lacks lie beside this file, for its Python only; an installed one goes first.
_VENDORED = Path(__file__).parent / "vendor" / f"cp{sys.version_info.major}{sys.version_info.minor}"
if _VENDORED.is_dir():
    sys.path.append(str(_VENDORED))

from model.inference import input_fn, model_fn, output_fn, predict_fn  # noqa: E402

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]
'''


def source_files(root: Path) -> Iterator[Path]:
    """The serving path's files under ``root`` (the folder that holds mailroom/ and model/), sorted, without caches."""
    for name in SERVING:
        path = root / name
        found = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        yield from (file for file in found if "__pycache__" not in file.parts)


def write_code(target: Path, *, root: Path, vendor: Path | None) -> None:
    """Copy the serving path into the archive's code folder. ``vendor`` holds one folder per interpreter (``cp312``)."""
    for file in source_files(root):
        copy = target / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    (target / "inference.py").write_text(_ENTRY, encoding="utf-8")
    if vendor is not None:
        shutil.copytree(vendor, target / "vendor", ignore=shutil.ignore_patterns("__pycache__"))
