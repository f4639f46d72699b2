"""A hub model is fetched once, as safetensors with a fast tokenizer, whatever form it was published in."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

from model.base_model import BaseModelError, ConversionError
from model.base_model.folder import model_files
from model.base_model.hub import hub_folder
from tests.model.base_model.fake_hub import COMMIT, fake_hub
from tests.support.tiny_models import make_tiny_encoder

pytestmark = pytest.mark.slow

NAME = "someone/tiny-german"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_encoder(tmp_path_factory.mktemp("encoder"), "distilbert")


@pytest.fixture(scope="module")
def published(encoder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in encoder.iterdir()}


def pickled(state: object) -> bytes:
    stream = io.BytesIO()
    torch.save(state, stream)
    return stream.getvalue()


def test_safetensors_are_taken_and_pickles_are_not_even_fetched(published: dict[str, bytes], tmp_path: Path) -> None:
    files = published | {"pytorch_model.bin": b"pickle", "README.md": b"text", "onnx/config.json": b"{}"}
    with fake_hub(NAME, files) as (endpoint, requested):
        manifest = hub_folder(tmp_path / "hub", repository=NAME, endpoint=endpoint, progress=False)
    assert {file.name: file.read_bytes() for file in model_files(tmp_path / "hub")} == published
    assert manifest.origin == f"hub:{NAME}@{COMMIT}"
    assert not [path for path in requested if path.endswith(("pytorch_model.bin", "README.md"))]
    assert not (tmp_path / "hub" / ".cache").exists()


def test_a_second_call_does_not_ask_the_hub(published: dict[str, bytes], tmp_path: Path) -> None:
    with fake_hub(NAME, published) as (endpoint, requested):
        first = hub_folder(tmp_path / "hub", repository=NAME, endpoint=endpoint, progress=False)
        requested.clear()
        assert hub_folder(tmp_path / "hub", repository=NAME, endpoint=endpoint, progress=False) == first
    assert requested == []


def test_pickled_weights_become_safetensors(published: dict[str, bytes], encoder: Path, tmp_path: Path) -> None:
    weights = load_file(encoder / "model.safetensors")
    files = {name: body for name, body in published.items() if name != "model.safetensors"}
    # Published checkpoints tie weights: two names, one memory.
    tied = weights | {"vocab_projector.weight": weights["embeddings.word_embeddings.weight"]}
    with fake_hub(NAME, files | {"pytorch_model.bin": pickled(tied)}) as (endpoint, _):
        hub_folder(tmp_path / "hub", repository=NAME, endpoint=endpoint, progress=False)
    stored = load_file(tmp_path / "hub" / "model.safetensors")
    assert stored.keys() == tied.keys()
    assert all(torch.equal(stored[name], tied[name]) for name in tied)
    assert not (tmp_path / "hub" / "pytorch_model.bin").exists()
    AutoModel.from_pretrained(tmp_path / "hub")


@pytest.mark.parametrize(
    "body",
    [
        pickle.dumps(print, protocol=2),
        pickled({"weight": torch.zeros(2), "epoch": 3}),
        pickled({"weight": torch.zeros(2)})[:-40],
    ],
)
def test_a_pickle_that_holds_more_than_weights_is_not_read(
    published: dict[str, bytes], body: bytes, tmp_path: Path
) -> None:
    files = {name: content for name, content in published.items() if name != "model.safetensors"}
    with (
        fake_hub(NAME, files | {"pytorch_model.bin": body}) as (endpoint, _),
        pytest.raises(ConversionError, match="holds more than weights"),
    ):
        hub_folder(tmp_path / "hub", repository=NAME, endpoint=endpoint, progress=False)
    assert not (tmp_path / "hub").exists()


def test_a_fast_tokenizer_is_made_where_only_a_vocabulary_is_published(
    published: dict[str, bytes], tmp_path: Path
) -> None:
    files = {name: published[name] for name in ("config.json", "model.safetensors")}
    vocabulary = "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "depot", "##konto"]).encode()
    settings = b'{"tokenizer_class": "BertTokenizer", "do_lower_case": true}'
    files |= {"vocab.txt": vocabulary, "tokenizer_config.json": settings}
    with fake_hub(NAME, files) as (endpoint, _):
        hub_folder(tmp_path / "hub", repository=NAME, endpoint=endpoint, progress=False)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "hub")
    assert tokenizer.tokenize("Depotkonto") == ["depot", "##konto"]
    assert (tmp_path / "hub" / "tokenizer.json").exists()


def test_an_unknown_model_is_one_sentence(published: dict[str, bytes], tmp_path: Path) -> None:
    with (
        fake_hub(NAME, published) as (endpoint, _),
        pytest.raises(BaseModelError, match="hub:someone/else cannot be fetched") as missing,
    ):
        hub_folder(tmp_path / "hub", repository="someone/else", endpoint=endpoint, progress=False)
    assert "\n" not in str(missing.value) and "an S3 prefix (s3://" in str(missing.value)


def test_an_unreachable_hub_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BaseModelError, match="cannot be fetched") as unreachable:
        hub_folder(tmp_path / "hub", repository=NAME, endpoint="http://127.0.0.1:9", progress=False)
    assert "\n" not in str(unreachable.value)
