"""Turns a packed model file into a Hugging Face folder: BertModel weights, config and fast tokenizer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.base_model.packed_file import open_packed_model
from model.base_model.packed_model import PackedModel
from model.base_model.vocabulary import german_and_english

# Raise it whenever the folder written for one and the same input changes: caches are then rebuilt.
CONVERTER_VERSION = 1

MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
WORD_EMBEDDINGS = "emb.word"


@dataclass(frozen=True, kw_only=True)
class WantedTensor:
    """One tensor of the encoder: its name in the packed file and in BertModel, and its shape there."""

    packed: str
    name: str
    shape: tuple[int, ...]


def convert(file: Path, folder: Path, *, trimmed: bool = True, progress: bool = True) -> None:
    """Write the model packed in `file` into the existing, empty `folder`, as float32.

    `trimmed` keeps only the pieces and embedding rows German and English use (see vocabulary.py); otherwise
    all pieces are kept. Equal inputs give equal bytes. Raises ConversionError for a damaged or foreign file.
    """
    from safetensors.numpy import save_file

    from model.base_model.unigram_tokenizer import MASK, build_tokenizer, save_tokenizer

    packed = open_packed_model(file)
    special = {packed.pieces[index] for index in packed.special_ids.values()} | {MASK}
    everything = np.arange(len(packed.pieces), dtype=np.int64)
    kept = german_and_english(packed.pieces, special) if trimmed else everything
    pieces = [packed.pieces[index] for index in kept]
    special_ids = {name: pieces.index(packed.pieces[index]) for name, index in packed.special_ids.items()}

    tokenizer = build_tokenizer(pieces, packed.scores[kept].tolist(), special_ids=special_ids)
    save_tokenizer(folder, tokenizer, pieces=pieces, special_ids=special_ids, max_tokens=packed.sizes.positions)
    weights = _weights(packed, kept=kept, progress=progress)
    # transformers 4 refuses a safetensors file that does not say which framework wrote it.
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config = _config(packed, vocabulary=len(kept), pad=special_ids["pad"])
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _weights(packed: PackedModel, *, kept: npt.NDArray[np.int64], progress: bool) -> dict[str, npt.NDArray[np.float32]]:
    from tqdm import tqdm

    wanted = list(wanted_tensors(packed))
    bar = tqdm(wanted, desc="unpacking tensors", unit="tensor", disable=not progress)
    return {
        tensor.name: packed.read(tensor.packed, tensor.shape, rows=kept if tensor.packed == WORD_EMBEDDINGS else None)
        for tensor in bar
    }


def wanted_tensors(packed: PackedModel) -> Iterator[WantedTensor]:
    """All tensors of a BertModel without pooler, in order of use."""
    sizes = packed.sizes
    hidden, inner = sizes.hidden, sizes.intermediate
    yield WantedTensor(
        packed=WORD_EMBEDDINGS, name="embeddings.word_embeddings.weight", shape=(sizes.vocabulary, hidden)
    )
    yield WantedTensor(packed="emb.pos", name="embeddings.position_embeddings.weight", shape=(sizes.positions, hidden))
    yield WantedTensor(
        packed="emb.type",
        name="embeddings.token_type_embeddings.weight",
        shape=(sizes.token_types, hidden),
    )
    yield from _norm("emb.ln", "embeddings.LayerNorm", hidden)
    for layer in range(sizes.layers):
        prefix = f"encoder.layer.{layer}"
        for short, name in MATRICES.items():
            rows, columns = {"fi": (inner, hidden), "fo": (hidden, inner)}.get(short, (hidden, hidden))
            yield WantedTensor(packed=f"l{layer}.{short}.w", name=f"{prefix}.{name}.weight", shape=(rows, columns))
            yield WantedTensor(packed=f"l{layer}.{short}.b", name=f"{prefix}.{name}.bias", shape=(rows,))
        for short, name in LAYER_NORMS.items():
            yield from _norm(f"l{layer}.{short}", f"{prefix}.{name}", hidden)


def _norm(packed: str, name: str, hidden: int) -> Iterator[WantedTensor]:
    yield WantedTensor(packed=f"{packed}.w", name=f"{name}.weight", shape=(hidden,))
    yield WantedTensor(packed=f"{packed}.b", name=f"{name}.bias", shape=(hidden,))


def _config(packed: PackedModel, *, vocabulary: int, pad: int) -> dict[str, Any]:
    sizes = packed.sizes
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": vocabulary,
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.intermediate,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.token_types,
        "initializer_range": 0.02,
        "layer_norm_eps": packed.layer_norm_epsilon,
        "pad_token_id": pad,
        "dtype": "float32",
    }
