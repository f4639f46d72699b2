"""A training job on several processes of this machine, started as the training image's toolkit starts it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.training import ROOT


def environment_of(folder: Path, data: Path, base: Path, settings: Mapping[str, Any]) -> dict[str, str]:
    """The training contract's variables for a job whose outputs lie in ``folder``."""
    return {
        **os.environ,
        "SM_CHANNEL_TRAIN": str(data),
        "SM_CHANNEL_BASE_MODEL": str(base),
        "SM_MODEL_DIR": str(folder / "model"),
        "SM_OUTPUT_DIR": str(folder / "out"),
        "SM_OUTPUT_DATA_DIR": str(folder / "output"),
        "SM_CHECKPOINT_DIR": str(folder / "checkpoints"),
        "SM_HPS": json.dumps(dict(settings)),
        "OMP_NUM_THREADS": "1",
    }


def start_training(
    processes: int, folder: Path, data: Path, base: Path, settings: Mapping[str, Any]
) -> "subprocess.Popen[str]":
    """The running job; its output and errors come on ``stdout``."""
    # Standalone: torchrun finds a free port by itself.
    starter = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    return subprocess.Popen(
        [*starter, str(ROOT / "model" / "train.py")],
        env=environment_of(folder, data, base, settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def history_of(folder: Path) -> dict[str, Any]:
    """Of each run of a finished job its history and best epoch."""
    runs = json.loads((folder / "output" / "metrics.json").read_text(encoding="utf-8"))["runs"]
    return {name: {"history": run["history"], "best_epoch": run["best_epoch"]} for name, run in runs.items()}
