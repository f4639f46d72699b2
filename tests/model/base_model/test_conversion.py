"""A packed file becomes a folder that AutoModel and AutoTokenizer load, weights unchanged."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.numpy import load_file
from transformers import AutoModel, AutoTokenizer, BertModel

from model.base_model.conversion import convert, wanted_tensors
from model.base_model.folder import check_complete
from model.base_model.packed_file import open_packed_model
from tests.model.base_model.packed_writer import PIECES, VOCABULARY, tiny_tensors

KEPT = [piece for piece in PIECES if piece not in {"日本", "жд"}]


@pytest.fixture
def trimmed(packed_file: Path, tmp_path: Path) -> Path:
    return converted(packed_file, tmp_path / "trimmed", trimmed=True)


@pytest.fixture
def untrimmed(packed_file: Path, tmp_path: Path) -> Path:
    return converted(packed_file, tmp_path / "untrimmed", trimmed=False)


def converted(packed_file: Path, folder: Path, *, trimmed: bool) -> Path:
    folder.mkdir()
    convert(packed_file, folder, trimmed=trimmed, progress=False)
    return folder


def test_the_folder_is_complete(trimmed: Path) -> None:
    check_complete(trimmed, called="the folder")


def test_the_model_loads_with_every_weight_from_the_file(packed_file: Path, untrimmed: Path) -> None:
    model, report = AutoModel.from_pretrained(untrimmed, add_pooling_layer=False, output_loading_info=True)
    assert isinstance(model, BertModel)
    assert not report["missing_keys"] and not report["unexpected_keys"] and not report["mismatched_keys"]
    state, source = model.state_dict(), tiny_tensors()
    for wanted in wanted_tensors(open_packed_model(packed_file)):
        # Rows beyond the pieces can never be asked for: they are left out.
        expected = source[wanted.packed][: len(PIECES)] if wanted.packed == "emb.word" else source[wanted.packed]
        np.testing.assert_array_equal(state[wanted.name].numpy(), expected)


def test_trimming_keeps_the_rows_of_the_kept_pieces(trimmed: Path) -> None:
    rows = [PIECES.index(piece) for piece in KEPT]
    weights = load_file(trimmed / "model.safetensors")["embeddings.word_embeddings.weight"]
    np.testing.assert_array_equal(weights, tiny_tensors()["emb.word"][rows])


def test_the_trimmed_tokenizer_has_the_kept_pieces_in_order(trimmed: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(trimmed)
    assert tokenizer.convert_ids_to_tokens(list(range(len(tokenizer)))) == KEPT
    assert (tokenizer.bos_token_id, tokenizer.pad_token_id, tokenizer.eos_token_id) == (0, 1, 2)
    assert (tokenizer.unk_token_id, tokenizer.mask_token_id) == (3, len(KEPT) - 1)
    assert (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.model_max_length) == (0, 2, 16)


def test_trimmed_and_untrimmed_encoders_agree_on_texts_of_kept_pieces(trimmed: Path, untrimmed: Path) -> None:
    texts = ["ab für ä!", "aä"]
    np.testing.assert_array_equal(pooled(trimmed, texts), pooled(untrimmed, texts))


def pooled(folder: Path, texts: list[str]) -> npt.NDArray[np.float32]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    result: npt.NDArray[np.float32] = ((hidden * mask).sum(1) / mask.sum(1)).numpy()
    return result


def test_converting_twice_gives_equal_bytes(packed_file: Path, trimmed: Path, tmp_path: Path) -> None:
    again = converted(packed_file, tmp_path / "again", trimmed=True)
    assert {file.name: file.read_bytes() for file in again.iterdir()} == {
        file.name: file.read_bytes() for file in trimmed.iterdir()
    }


def test_names_only_classes_that_transformers_4_and_5_both_know(trimmed: Path) -> None:
    tokenizer = json.loads((trimmed / "tokenizer_config.json").read_text())
    config = json.loads((trimmed / "config.json").read_text())
    assert tokenizer["tokenizer_class"] == "PreTrainedTokenizerFast"
    assert (config["model_type"], config["vocab_size"]) == ("bert", len(KEPT))
    assert VOCABULARY > len(PIECES) > len(KEPT)
