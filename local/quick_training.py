"""What a training on one machine is told, so that it takes minutes."""

from collections.abc import Mapping
from types import MappingProxyType

# Only the encoder's two upper layers are tuned, on at most 128 tokens. Of few mails, small batches make more steps.
QUICK: Mapping[str, int] = MappingProxyType({"tuned_layers": 2, "max_tokens": 128, "epochs": 4, "batch_size": 16})
"""Hyperparameters for two cores."""
