"""Runs model/train.py as SageMaker would: a process of its own, told everything by SM_* variables."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.vendor import TARGET as VENDOR
from mailroom.errors import MailroomError

ROOT = Path(__file__).parents[1]


class TrainJobError(MailroomError):
    """The training failed; what it printed says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainJob:
    """The channels and output folders of one job."""

    data: Path
    base_model: Path
    model: Path
    output: Path
    checkpoints: Path


def run_train_job(job: TrainJob, hyperparameters: Mapping[str, str]) -> None:
    """Run the job; its output goes to this process's own. Raises TrainJobError."""
    environment = {
        "SM_CHANNEL_TRAIN": str(job.data.absolute()),
        "SM_CHANNEL_BASE_MODEL": str(job.base_model.absolute()),
        "SM_MODEL_DIR": str(job.model.absolute()),
        "SM_OUTPUT_DATA_DIR": str(job.output.absolute()),
        "SM_CHECKPOINT_DIR": str(job.checkpoints.absolute()),
        "SM_HPS": json.dumps(dict(hyperparameters)),
    }
    if (ROOT / VENDOR).is_dir():
        environment["SM_CHANNEL_VENDOR"] = str(ROOT / VENDOR)
    done = subprocess.run(
        [sys.executable, str(ROOT / "model" / "train.py")], env={**os.environ, **environment}, cwd=ROOT, check=False
    )
    if done.returncode:
        raise TrainJobError("The training failed; the lines above say why.")


def hyperparameters_of(pairs: list[str]) -> dict[str, str]:
    """``NAME=VALUE`` texts as a mapping; raises TrainJobError for another form."""
    split = [pair.partition("=") for pair in pairs]
    if not all(name and equals for name, equals, _ in split):
        raise TrainJobError("A hyperparameter must have the form NAME=VALUE.")
    return {name: value for name, _, value in split}
