"""A training job on tiny parts, run in this process."""

from pathlib import Path
from typing import Any

from mailroom.hyperparameters import hyperparameters_from
from model.training.contract import TrainingJob
from model.training.run import run_training

ROOT = Path(__file__).parents[2]
QUICK: dict[str, Any] = {
    "epochs": 4,
    "tuned_layers": 1,
    "max_tokens": 64,
    "batch_size": 8,
    "learning_rate": 0.003,
    "head_learning_rate": 0.03,
    "patience": 100,
    "precision": "fp32",
}


def tiny_job(folder: Path, data: Path, base: Path, **settings: Any) -> TrainingJob:
    """A job whose outputs lie in ``folder``."""
    return TrainingJob(
        data=data,
        base_model=base,
        vendor=None,
        model_dir=folder / "model",
        output_dir=folder / "output",
        checkpoints=folder / "checkpoints",
        hyperparameters=hyperparameters_from({**QUICK, **settings}),
    )


def train_tiny(folder: Path, data: Path, base: Path, **settings: Any) -> Path:
    """Train and return the model folder."""
    run_training(tiny_job(folder, data, base, **settings), source_root=ROOT)
    return folder / "model"
