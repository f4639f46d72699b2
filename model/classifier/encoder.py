"""Hugging Face encoders, whatever their family: loading, cutting off layers, and running the lower ones apart.

Works for encoders that keep their layers in one list behind one module of embeddings: BERT, XLM-RoBERTa and RoBERTa,
DistilBERT, ModernBERT and their like.
"""

import copy
import inspect
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import MODEL_MAPPING, AutoConfig, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast

from mailroom.errors import MailroomError


class EncoderError(MailroomError):
    """A folder holds no encoder that Mailroom can use."""


def load_encoder(folder: Path, *, layers: int | None = None) -> PreTrainedModel:
    """The encoder in a Hugging Face folder, its first ``layers`` layers (None: all), without a pooling layer.

    Raises:
        EncoderError: the folder holds no loadable encoder with safetensors weights, or has fewer layers.
    """
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        family = MODEL_MAPPING[type(config)]
        extra = (
            {"add_pooling_layer": False} if "add_pooling_layer" in inspect.signature(family.__init__).parameters else {}
        )
        encoder = family.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            attn_implementation="sdpa",
            dtype=torch.float32,
            **extra,
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EncoderError(f"{folder} holds no encoder that can be loaded ({type(error).__name__}).") from None
    if layers is not None:
        keep_layers(encoder, layers)
    return encoder


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The fast tokenizer beside an encoder; raises EncoderError if there is none."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
    except (OSError, ValueError, KeyError) as error:
        raise EncoderError(f"{folder} holds no tokenizer that can be loaded ({type(error).__name__}).") from None
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise EncoderError(f"{folder} holds only a slow tokenizer; Mailroom needs a tokenizer.json.")
    return tokenizer


def _layer_holder(encoder: nn.Module) -> tuple[nn.Module, str]:
    """The module and attribute under which the encoder keeps its list of layers."""
    for path, name in (("encoder", "layer"), ("transformer", "layer"), ("", "layers"), ("encoder", "layers")):
        holder = getattr(encoder, path, None) if path else encoder
        if isinstance(getattr(holder, name, None), nn.ModuleList):
            return holder, name  # type: ignore[return-value]  # getattr above found a module
    raise EncoderError(f"The encoder family {type(encoder).__name__} is not supported: its layers were not found.")


def layer_list(encoder: nn.Module) -> nn.ModuleList:
    """The encoder's layers, lowest first."""
    holder, name = _layer_holder(encoder)
    layers = getattr(holder, name)
    assert isinstance(layers, nn.ModuleList)
    return layers


def keep_layers(encoder: PreTrainedModel, count: int) -> None:
    """Drop all but the lowest ``count`` layers, in place; raises EncoderError if there are fewer."""
    holder, name = _layer_holder(encoder)
    layers = getattr(holder, name)
    if not 1 <= count <= len(layers):
        raise EncoderError(f"The encoder has {len(layers)} layers; {count} cannot be kept.")
    setattr(holder, name, nn.ModuleList(list(layers)[:count]))
    encoder.config.num_hidden_layers = count
    if getattr(encoder.config, "layer_types", None):
        encoder.config.layer_types = list(encoder.config.layer_types)[:count]


class _Embedded(nn.Module):
    """Stands for the embeddings of an encoder whose input is embedded (or further along) already."""

    def forward(self, *args: Any, inputs_embeds: torch.Tensor | None = None, **_: Any) -> torch.Tensor:
        if inputs_embeds is not None:
            return inputs_embeds
        return next(value for value in args if isinstance(value, torch.Tensor) and value.is_floating_point())


def lower_part(encoder: PreTrainedModel, count: int) -> PreTrainedModel:
    """Embeddings and the lowest ``count`` layers, sharing the encoder's parameters; its output feeds ``upper_part``."""
    lower = _sharing_copy(encoder)
    holder, name = _layer_holder(lower)
    setattr(holder, name, nn.ModuleList(list(getattr(holder, name))[:count]))
    if hasattr(lower, "final_norm"):
        # ModernBERT normalises once after all layers, which is the upper part's to do.
        lower.final_norm = nn.Identity()
    return lower


def upper_part(encoder: PreTrainedModel, count: int) -> PreTrainedModel:
    """The layers above the lowest ``count``, sharing the encoder's parameters; takes ``inputs_embeds`` and a mask."""
    upper = _sharing_copy(encoder)
    holder, name = _layer_holder(upper)
    setattr(holder, name, nn.ModuleList(list(getattr(holder, name))[count:]))
    upper.embeddings = _Embedded()
    return upper


def _sharing_copy(encoder: PreTrainedModel) -> PreTrainedModel:
    shared = {id(tensor): tensor for tensor in (*encoder.parameters(), *encoder.buffers())}
    # deepcopy takes what its memo already holds as copied: modules are new, tensors the same.
    return copy.deepcopy(encoder, memo=dict(shared))


def mean_pooled(hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Mean of the real tokens' states: (batch, tokens, width), (batch, tokens) -> (batch, width)."""
    mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
