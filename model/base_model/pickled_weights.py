"""Turns pickled PyTorch weights, as older hub repositories publish them, into safetensors."""

from __future__ import annotations

import pickle
from pathlib import Path

from model.base_model.errors import ConversionError


def convert_pickled_weights(file: Path, target: Path) -> None:
    """Store the state dict pickled in `file` as the safetensors file `target`, names unchanged.

    `torch.load(weights_only=True)` runs no code found in the pickle. Raises ConversionError if the file holds
    anything but named tensors.
    """
    import torch
    from safetensors.torch import save_file

    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as problem:
        raise ConversionError(f"{file.name} holds more than weights or is damaged: it was not read.") from problem
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ConversionError(f"{file.name} holds more than weights: it was not read.")
    # Tied weights share memory, which safetensors refuses: each name gets its own copy, tied again on
    # loading.
    weights = {str(name): value.detach().clone().contiguous() for name, value in state.items()}
    save_file(weights, target, metadata={"format": "pt"})
