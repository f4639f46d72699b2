"""A cached folder is whole or not there, reused while it is sound and rebuilt when it is not."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from model.base_model import BaseModelError
from model.base_model.cache import MANIFEST, cached_folder

RECIPE = {"made": "for a test"}


class Builder:
    """Writes a complete folder and counts how often it was asked to."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, folder: Path) -> str:
        self.calls += 1
        (folder / "config.json").write_text('{"model_type": "bert"}')
        (folder / "model.safetensors").write_bytes(b"weights")
        (folder / "tokenizer.json").write_text("{}")
        return "a test"


@pytest.fixture
def build() -> Builder:
    return Builder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "entry"


def damage_size(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"cut")


def damage_content(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"WEIGHTS")
    os.utime(folder / "model.safetensors", (1, 1))


def lose_file(folder: Path) -> None:
    (folder / "config.json").unlink()


def add_file(folder: Path) -> None:
    (folder / "vocab.txt").write_text("foreign")


def lose_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def damage_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"files": []}')


def test_a_sound_folder_is_made_once_and_reused(folder: Path, build: Builder) -> None:
    first = cached_folder(folder, recipe=RECIPE, build=build)
    second = cached_folder(folder, recipe=RECIPE, build=build, full_check=True)
    assert (build.calls, first) == (1, second)
    assert (second.origin, len(second.fingerprint)) == ("a test", 64)


@pytest.mark.parametrize("damage", [damage_size, damage_content, lose_file, add_file, lose_manifest, damage_manifest])
def test_a_damaged_folder_is_rebuilt_and_said_in_one_line(
    folder: Path, build: Builder, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    sound = cached_folder(folder, recipe=RECIPE, build=build)
    damage(folder)
    with caplog.at_level(logging.WARNING):
        rebuilt = cached_folder(folder, recipe=RECIPE, build=build)
    assert (build.calls, rebuilt.fingerprint) == (2, sound.fingerprint)
    (message,) = caplog.messages
    assert message.startswith("rebuilding entry: ") and "\n" not in message


def test_a_full_check_finds_damage_that_kept_size_and_time(folder: Path, build: Builder) -> None:
    cached_folder(folder, recipe=RECIPE, build=build)
    status = (folder / "model.safetensors").stat()
    (folder / "model.safetensors").write_bytes(b"WEIGHTS")
    os.utime(folder / "model.safetensors", ns=(status.st_atime_ns, status.st_mtime_ns))
    cached_folder(folder, recipe=RECIPE, build=build, full_check=True)
    assert (build.calls, (folder / "model.safetensors").read_bytes()) == (2, b"weights")


def test_another_recipe_rebuilds(folder: Path, build: Builder) -> None:
    cached_folder(folder, recipe=RECIPE, build=build)
    cached_folder(folder, recipe={"made": "by a later version"}, build=build)
    assert build.calls == 2


def test_new_times_on_equal_files_are_remembered_not_rebuilt(folder: Path, build: Builder) -> None:
    cached_folder(folder, recipe=RECIPE, build=build)
    os.utime(folder / "model.safetensors", ns=(5, 5))
    cached_folder(folder, recipe=RECIPE, build=build)
    recorded = json.loads((folder / MANIFEST).read_text())["files"]["model.safetensors"]["modified"]
    assert (build.calls, recorded) == (1, 5)


def test_a_failed_build_leaves_nothing_behind(folder: Path) -> None:
    def fail(empty: Path) -> str:
        (empty / "config.json").write_text("half")
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError):
        cached_folder(folder, recipe=RECIPE, build=fail)
    assert list(folder.parent.iterdir()) == []


def test_a_failed_rebuild_leaves_the_old_folder(folder: Path, build: Builder) -> None:
    def fail(empty: Path) -> str:
        raise RuntimeError("interrupted")

    cached_folder(folder, recipe=RECIPE, build=build)
    with pytest.raises(RuntimeError):
        cached_folder(folder, recipe={"made": "anew"}, build=fail)
    assert cached_folder(folder, recipe=RECIPE, build=build).origin == "a test"
    assert build.calls == 1


def test_an_incomplete_build_is_refused(folder: Path) -> None:
    def incomplete(empty: Path) -> str:
        (empty / "config.json").write_text('{"model_type": "bert"}')
        return "half a model"

    with pytest.raises(BaseModelError, match=r"half a model .* lacks tokenizer\.json, model\.safetensors"):
        cached_folder(folder, recipe=RECIPE, build=incomplete)
    assert not folder.exists()


def test_the_folder_of_a_process_that_was_faster_is_used(folder: Path, build: Builder) -> None:
    def overtaken(empty: Path) -> str:
        cached_folder(folder, recipe=RECIPE, build=build)
        (folder / "mark").write_text("theirs")
        return build(empty)

    manifest = cached_folder(folder, recipe=RECIPE, build=overtaken)
    assert cached_folder(folder, recipe=RECIPE, build=build) == manifest
    assert (folder / "mark").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["entry"]


def test_every_user_can_read_the_files(folder: Path, build: Builder) -> None:
    cached_folder(folder, recipe=RECIPE, build=build)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}
