"""One encoder, a linear head per task."""

from collections.abc import Mapping

import torch
from torch import nn
from transformers import PreTrainedModel

from model.classifier.encoder import mean_pooled


class Heads(nn.Module):
    """Linear heads over the mean of the token states, one per task.

    ``labels`` maps each task to its number of labels. Output: per task (mails, labels), unscaled.
    """

    def __init__(self, width: int, labels: Mapping[str, int], *, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        # ModuleDict reserves some names and forbids dots, so that a task's name cannot be its key: its number is.
        self.tasks = tuple(labels)
        self.linear = nn.ModuleList(nn.Linear(width, count) for count in labels.values())

    def forward(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> dict[str, torch.Tensor]:
        """(mails, tokens, width), (mails, tokens) -> per task (mails, labels)."""
        pooled = self.dropout(mean_pooled(hidden.float(), attention_mask))
        return {task: head(pooled) for task, head in zip(self.tasks, self.linear, strict=True)}


class MailNetwork(nn.Module):
    """Encoder (or its upper part) and heads. Takes token ids, or the lower part's states as ``inputs_embeds``."""

    def __init__(self, encoder: PreTrainedModel, heads: Heads) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = heads

    def forward(self, *, attention_mask: torch.Tensor, **inputs: torch.Tensor) -> dict[str, torch.Tensor]:
        """Per task (mails, labels)."""
        hidden = self.encoder(attention_mask=attention_mask, **inputs).last_hidden_state
        found: dict[str, torch.Tensor] = self.heads(hidden, attention_mask)
        return found
