"""A specification names exactly one kind of base model; nothing is guessed, least of all the hub."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.base_model import BaseModel, BaseModelError, hub, resolve
from model.base_model.__main__ import main
from tests.support.tiny_models import make_tiny_encoder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_encoder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def encoder(made: Path, tmp_path: Path) -> Path:
    """A tiny encoder a test may change."""
    return Path(shutil.copytree(made, tmp_path / "tiny"))


@pytest.mark.parametrize("spelling", [str, "path:{}".format])
def test_a_folder_is_used_where_it_lies(encoder: Path, tmp_path: Path, spelling: Callable[[Path], str]) -> None:
    before = {file.name: file.stat().st_mtime_ns for file in encoder.iterdir()}
    model = resolve(spelling(encoder), cache=tmp_path / "cache")
    expected = BaseModel(path=encoder, name="tiny", fingerprint=model.fingerprint, source=f"path:{encoder}")
    assert model == expected
    assert {file.name: file.stat().st_mtime_ns for file in encoder.iterdir()} == before
    assert not (tmp_path / "cache").exists()


def test_the_fingerprint_follows_the_model_files_only(encoder: Path, tmp_path: Path) -> None:
    first = resolve(str(encoder), cache=tmp_path).fingerprint
    (encoder / "README.md").write_text("about it")
    assert resolve(str(encoder), cache=tmp_path).fingerprint == first
    with (encoder / "config.json").open("a") as config:
        config.write("\n")
    assert resolve(str(encoder), cache=tmp_path).fingerprint != first


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_an_incomplete_folder_is_refused(encoder: Path, tmp_path: Path, name: str) -> None:
    (encoder / name).unlink()
    with pytest.raises(BaseModelError, match=f"is not a base model, it lacks {name}"):
        resolve(str(encoder), cache=tmp_path)


def test_every_shard_of_sharded_weights_must_be_there(encoder: Path, tmp_path: Path) -> None:
    (encoder / "model.safetensors").rename(encoder / "model-00001-of-00002.safetensors")
    (encoder / "model.safetensors.index.json").write_text(
        '{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}'
    )
    with pytest.raises(BaseModelError, match=r"lacks model-00002-of-00002\.safetensors:"):
        resolve(str(encoder), cache=tmp_path)


@pytest.mark.parametrize("content", ["not json", "[]", '{"hidden_size": 32}'])
def test_a_damaged_config_is_refused(encoder: Path, tmp_path: Path, content: str) -> None:
    (encoder / "config.json").write_text(content)
    with pytest.raises(BaseModelError, match=r"its config\.json"):
        resolve(str(encoder), cache=tmp_path)


@pytest.mark.parametrize("spec", ["distilbert-base-german-cased", "path:/no/such/folder", "ftp://x/y", ""])
def test_what_is_not_a_base_model_is_one_sentence_and_never_asks_the_hub(
    spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: Any, **__: Any) -> None:
        pytest.fail("the hub was asked for something that does not say hub:")

    monkeypatch.setattr(hub, "hub_folder", asked)
    with pytest.raises(BaseModelError) as missing:
        resolve(spec, cache=tmp_path)
    sentence = str(missing.value)
    assert sentence.endswith(".") and "\n" not in sentence
    for way in ("path:/models/NAME", "s3://bucket/prefix", "hub:distilbert-base-german-cased", "embedded"):
        assert way in sentence


@pytest.mark.parametrize(
    ("spec", "repository", "revision"),
    [
        ("hub:distilbert-base-german-cased", "distilbert-base-german-cased", "main"),
        ("hub:a/b@v2", "a/b", "v2"),
    ],
)
def test_a_hub_specification_names_repository_and_revision(
    spec: str, repository: str, revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    def record(folder: Path, **options: Any) -> None:
        asked.update(options)
        raise BaseModelError("enough is known")

    monkeypatch.setattr(hub, "hub_folder", record)
    with pytest.raises(BaseModelError, match="enough is known"):
        resolve(spec, cache=tmp_path, progress=False)
    assert asked == {
        "repository": repository, "revision": revision, "progress": False, "full_check": False
    }  # fmt: skip


def test_the_command_says_what_it_has(encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--spec", str(encoder), "--cache", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert f"folder       {encoder}" in output and "fingerprint" in output


def test_the_command_fails_with_the_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--spec", "nothing-here", "--cache", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("'nothing-here' is neither a folder nor a known kind")
