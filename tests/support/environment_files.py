"""The environments' files in a folder of the test's own, with changes."""

import shutil
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import FOLDER, load_environments


def copy_environments(folder: Path) -> Path:
    """The shipped files in ``folder``."""
    for name in ("dev", "prod"):
        shutil.copy(FOLDER / f"{name}.toml", folder)
    return folder


def change(folder: Path, *replacements: tuple[str, str]) -> None:
    """Replace in dev.toml what stands there once."""
    path = folder / "dev.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_environments(folder)
    return str(caught.value)
