"""The tests' own tiny encoders are sound base models of every architecture the project supports."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from model.base_model import resolve
from tests.support.tiny_models import make_tiny_encoder


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "xlm-roberta", "modernbert"])
def test_a_tiny_encoder_loads_and_encodes(architecture: str, tmp_path: Path) -> None:
    folder = make_tiny_encoder(tmp_path / "tiny", architecture, layers=3)
    resolve(str(folder), cache=tmp_path)
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    batch = tokenizer(["Bitte ändern Sie die Adresse.", "Xylophon"], padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(**batch).last_hidden_state
    assert hidden.shape == (*batch["input_ids"].shape, 32)
    assert torch.isfinite(hidden).all()
    assert tokenizer.unk_token_id not in batch["input_ids"]
    assert (model.config.num_hidden_layers, model.config.model_type) == (3, architecture)


def test_equal_seeds_give_equal_models_and_leave_the_random_state_alone(tmp_path: Path) -> None:
    state = torch.get_rng_state()
    first, second, other = (
        resolve(str(make_tiny_encoder(tmp_path / name, seed=seed)), cache=tmp_path).fingerprint
        for name, seed in (("first", 5), ("second", 5), ("other", 6))
    )
    assert first == second != other
    assert torch.equal(torch.get_rng_state(), state)


def test_an_unknown_architecture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown architecture 'gpt'"):
        make_tiny_encoder(tmp_path, "gpt")
