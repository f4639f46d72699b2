"""The networks that can be trained: Mailroom's own (one encoder, several heads) and the stock baseline."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from mailroom.hyperparameters import Hyperparameters
from model.classifier.encoder import EncoderError, layer_list, load_encoder, lower_part, upper_part
from model.classifier.network import Heads, MailNetwork


@dataclass(frozen=True, kw_only=True)
class Trainee:
    """A network and how to train it: ``lower`` is frozen and runs once per mail, ``network`` takes its states.

    ``encoder`` is the whole encoder, whose upper layers are the very tensors that are trained.
    """

    encoder: PreTrainedModel
    heads: Heads
    network: MailNetwork
    lower: PreTrainedModel | None
    groups: list[dict[str, Any]]


def multi_task_trainee(base: Path, labels: Mapping[str, int], settings: Hyperparameters) -> Trainee:
    """One encoder with a head per task; the lowest layers are frozen as the hyperparameters say.

    Raises:
        EncoderError: the base model cannot be loaded, or has fewer layers than are to be kept or tuned.
    """
    encoder = load_encoder(base, layers=settings.layers or None)
    for name in ("hidden_dropout_prob", "attention_probs_dropout_prob", "dropout", "attention_dropout"):
        # Dropout inside the layers costs a fifth of the time on a processor without helping short fine-tunings.
        if hasattr(encoder.config, name):
            setattr(encoder.config, name, 0.0)
    for module in encoder.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    layers = len(layer_list(encoder))
    if settings.tuned_layers > layers:
        raise EncoderError(f"The encoder has {layers} layers; {settings.tuned_layers} cannot be tuned.")
    heads = Heads(encoder.config.hidden_size, labels, dropout=settings.dropout)
    frozen = layers - settings.tuned_layers if settings.tuned_layers else 0
    if frozen:
        encoder.requires_grad_(False)
        for layer in list(layer_list(encoder))[frozen:]:
            layer.requires_grad_(True)
        lower, trained = lower_part(encoder, frozen), upper_part(encoder, frozen)
    else:
        lower, trained = None, encoder
    network = MailNetwork(trained, heads)
    return Trainee(
        encoder=encoder,
        heads=heads,
        network=network,
        lower=lower,
        groups=[
            {"params": [p for p in trained.parameters() if p.requires_grad], "lr": settings.learning_rate},
            {"params": list(heads.parameters()), "lr": settings.head_learning_rate},
        ],
    )


class StockTrainee(torch.nn.Module):
    """One unmodified sequence classifier under the interface of MailNetwork."""

    def __init__(self, task: str, classifier: PreTrainedModel) -> None:
        super().__init__()
        self.task = task
        self.classifier = classifier

    def forward(self, **inputs: torch.Tensor) -> dict[str, torch.Tensor]:
        """{task: (mails, labels)}."""
        return {self.task: self.classifier(**inputs).logits}


def stock_trainee(base: Path, task: str, labels: int) -> StockTrainee:
    """AutoModelForSequenceClassification as it comes, all of it trained; raises EncoderError."""
    try:
        classifier = AutoModelForSequenceClassification.from_pretrained(
            base, num_labels=labels, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EncoderError(f"{base} holds no base model that can be loaded ({type(error).__name__}).") from None
    return StockTrainee(task, classifier)
