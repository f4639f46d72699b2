"""Encoders of every supported family can be cut, and run in two halves, without changing what they say."""

from pathlib import Path

import pytest
import torch

from model.classifier.encoder import (
    EncoderError,
    keep_layers,
    layer_list,
    load_encoder,
    load_tokenizer,
    lower_part,
    mean_pooled,
    upper_part,
)
from tests.support.tiny_models import make_tiny_encoder

FAMILIES = ("distilbert", "bert", "xlm-roberta", "modernbert")
TEXTS = [("Umzug", "Bitte ändern Sie die Adresse für mein Depot."), ("Hi", "invoice")]


@pytest.fixture(scope="module", params=FAMILIES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_encoder(tmp_path_factory.mktemp(request.param), request.param, layers=3)


def encoded(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_tokenizer(folder)(TEXTS, padding=True, return_tensors="pt"))


@pytest.mark.parametrize("frozen", [1, 2])
def test_the_lower_part_feeds_the_upper_part_as_if_they_were_one(folder: Path, frozen: int):
    encoder = load_encoder(folder).eval()
    inputs = encoded(folder)
    with torch.inference_mode():
        whole = encoder(**inputs).last_hidden_state
        states = lower_part(encoder, frozen).eval()(**inputs).last_hidden_state
        halves = (
            upper_part(encoder, frozen)
            .eval()(inputs_embeds=states, attention_mask=inputs["attention_mask"])
            .last_hidden_state
        )
    torch.testing.assert_close(halves, whole)


def test_training_the_upper_part_trains_the_encoder_itself(folder: Path):
    encoder = load_encoder(folder)
    upper = upper_part(encoder, 2)
    own = {id(parameter) for parameter in encoder.parameters()}
    assert all(id(parameter) in own for parameter in upper.parameters())
    assert len(layer_list(upper)) == 1
    assert len(layer_list(encoder)) == 3


def test_layers_that_are_cut_off_stay_off_when_saved(folder: Path, tmp_path: Path):
    encoder = load_encoder(folder, layers=2).eval()
    encoder.save_pretrained(tmp_path)
    again = load_encoder(tmp_path).eval()
    assert len(layer_list(again)) == 2
    inputs = encoded(folder)
    with torch.inference_mode():
        torch.testing.assert_close(again(**inputs).last_hidden_state, encoder(**inputs).last_hidden_state)


def test_more_layers_than_there_are_cannot_be_kept(folder: Path):
    with pytest.raises(EncoderError, match="The encoder has 3 layers; 7 cannot be kept"):
        keep_layers(load_encoder(folder), 7)


def test_a_folder_without_a_model_is_refused_in_one_sentence(tmp_path: Path):
    with pytest.raises(EncoderError, match="holds no encoder that can be loaded"):
        load_encoder(tmp_path)
    with pytest.raises(EncoderError, match="holds no tokenizer that can be loaded"):
        load_tokenizer(tmp_path)


def test_the_mean_leaves_padding_out():
    hidden = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [100.0, 100.0]]])
    assert mean_pooled(hidden, torch.tensor([[1, 1, 0]])).tolist() == [[2.0, 3.0]]
