"""Checkpoints for spot training: all that is needed to go on as if nothing had happened, without pickle.

SageMaker copies the folder to S3 file by file while training writes into it, so that a job which is interrupted may
find a mix of two checkpoints. progress.json is written last and holds the hash of each other file, and the former
checkpoint stays beside the new one.
"""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from model.files import write_atomically

PARTS = ("network", "best", "optimizer")
PROGRESS = "progress.json"
_FOLDERS = ("a", "b")


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
    """Write a checkpoint beside the newest whole one of this job, in place of what else is there."""
    newest = max(_FOLDERS, key=lambda name: _epoch_in(folder / name, progress.fingerprint))
    target = folder / next(name for name in _FOLDERS if name != newest)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    state = optimizer.state_dict()
    moments = {
        f"{parameter}.{name}": value for parameter, values in state["state"].items() for name, value in values.items()
    }
    for part, tensors in zip(PARTS, (dict(network.named_parameters()), best, moments), strict=True):
        save_file(_contiguous(tensors), target / f"{part}.safetensors")
    content = {**asdict(progress), "sha256": {part: _sha256(target / f"{part}.safetensors") for part in PARTS}}
    write_atomically(target / PROGRESS, json.dumps(content))


def load_checkpoint(
    folder: Path, network: torch.nn.Module, optimizer: torch.optim.Optimizer, *, fingerprint: str
) -> tuple[Progress, dict[str, torch.Tensor]] | None:
    """Restore the newest whole checkpoint of this very job into network and optimizer; None if there is none to use.

    A checkpoint of another job, or one that is torn or cannot be read, is left alone: the older one serves then, or
    training starts at the beginning.
    """
    for name in sorted(_FOLDERS, key=lambda name: _epoch_in(folder / name, fingerprint), reverse=True):
        progress = _progress(folder / name)
        if progress is None or progress.fingerprint != fingerprint:
            continue
        try:
            tensors = [load_file(folder / name / f"{part}.safetensors") for part in PARTS]
        except (OSError, SafetensorError):
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


def _progress(folder: Path) -> Progress | None:
    """What the checkpoint says; None if there is none, or a file of it is not the one that was written with it."""
    try:
        content: dict[str, Any] = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
        hashes = content.pop("sha256")
        whole = all(hashes[part] == _sha256(folder / f"{part}.safetensors") for part in PARTS)
        return Progress(**content) if whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _epoch_in(folder: Path, fingerprint: str) -> int:
    """After which epoch of this job a whole checkpoint was written; -1 where there is none."""
    progress = _progress(folder)
    return progress.epoch if progress is not None and progress.fingerprint == fingerprint else -1


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _restore_optimizer(optimizer: torch.optim.Optimizer, moments: dict[str, torch.Tensor]) -> None:
    state = optimizer.state_dict()
    restored: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in moments.items():
        parameter, _, name = key.partition(".")
        restored.setdefault(int(parameter), {})[name] = value
    optimizer.load_state_dict({"state": restored, "param_groups": state["param_groups"]})


def _contiguous(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
