"""Checkpoints for spot training: all that is needed to go on as if nothing had happened, without pickle."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file


@dataclass(kw_only=True)
class Progress:
    """Where a run stands after an epoch. ``fingerprint`` ties the checkpoint to its data and hyperparameters."""

    fingerprint: str
    epoch: int = 0
    best_score: float = float("-inf")
    best_epoch: int = 0
    history: list[dict[str, float]]


def save_checkpoint(
    folder: Path,
    network: torch.nn.Module,
    best: dict[str, torch.Tensor],
    optimizer: torch.optim.Optimizer,
    progress: Progress,
) -> None:
    """Write a checkpoint, replacing the former one; a crash leaves one or the other whole."""
    new = folder / "new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    save_file(_contiguous(dict(network.named_parameters())), new / "network.safetensors")
    save_file(_contiguous(best), new / "best.safetensors")
    state = optimizer.state_dict()
    tensors = {
        f"{parameter}.{name}": value for parameter, values in state["state"].items() for name, value in values.items()
    }
    save_file(_contiguous(tensors), new / "optimizer.safetensors")
    (new / "progress.json").write_text(json.dumps(asdict(progress)), encoding="utf-8")
    last, old = folder / "last", folder / "old"
    shutil.rmtree(old, ignore_errors=True)
    if last.exists():
        last.rename(old)
    new.rename(last)
    shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(
    folder: Path, network: torch.nn.Module, optimizer: torch.optim.Optimizer, *, fingerprint: str
) -> tuple[Progress, dict[str, torch.Tensor]] | None:
    """Restore the last checkpoint of this very job into network and optimizer; None if there is none to use.

    A checkpoint of another job, or one that cannot be read, is left alone: training then starts at the beginning.
    """
    for name in ("last", "old"):
        try:
            progress = _progress(folder / name / "progress.json")
            tensors = [load_file(folder / name / f"{part}.safetensors") for part in ("network", "best", "optimizer")]
        except (OSError, ValueError, TypeError, SafetensorError):
            continue
        if progress.fingerprint != fingerprint:
            continue
        parameters, best, moments = tensors
        own = dict(network.named_parameters())
        if set(own) != set(parameters):
            continue
        with torch.no_grad():
            for key, value in parameters.items():
                own[key].copy_(value)
        _restore_optimizer(optimizer, moments)
        return progress, best
    return None


def _progress(path: Path) -> Progress:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Progress(**content)


def _restore_optimizer(optimizer: torch.optim.Optimizer, moments: dict[str, torch.Tensor]) -> None:
    state = optimizer.state_dict()
    restored: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in moments.items():
        parameter, _, name = key.partition(".")
        restored.setdefault(int(parameter), {})[name] = value
    optimizer.load_state_dict({"state": restored, "param_groups": state["param_groups"]})


def _contiguous(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
