"""Training jobs laid out by the main environment and run by the real toolkit's ``train``."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
MAIN = ROOT / ".venv" / "bin" / "python"
# What the image sets; https://github.com/aws/deep-learning-containers, huggingface/pytorch/training/docker/2.9, is made
# from the PyTorch training image, whose starter this is.
STARTER = "sagemaker_pytorch_container.training:main"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A laid out job. ``root`` stands for /opt/ml; ``executor``: what the local executor would tell the program."""

    root: Path
    executor: Mapping[str, str]

    @property
    def hyperparameters(self) -> Path:
        return self.root / "input" / "config" / "hyperparameters.json"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A job that ``train`` has run: exit code, everything it printed, and the text of output/failure, if there is."""

    code: int
    printed: str
    failure: str | None


@pytest.fixture(scope="session")
def assembly() -> Path:
    """The synthesized templates (``make synth``)."""
    return Path(os.environ.get("MAILROOM_ASSEMBLY", ROOT / "build" / "cdk.out"))


@pytest.fixture(scope="session")
def lay_out(assembly: Path) -> Callable[..., Job]:
    """Lay a job of the deployed definition out in a folder, with other hyperparameters than a quick run's."""

    def lay(root: Path, **override: Any) -> Job:
        command = [MAIN, "-m", "tests.support.contract_material", "--assembly", assembly, "--root", root]
        told = subprocess.run(
            [*command, "--override", json.dumps(override)], cwd=ROOT, check=True, stdout=subprocess.PIPE
        ).stdout
        return Job(root=root, executor=json.loads(told)["executor"])

    return lay


def train(job: Job, **variables: str) -> Ended:
    """Run the job as the container does."""
    folder = Path(sys.executable).parent
    done = subprocess.run(
        [folder / "train"],
        cwd=job.root,
        check=False,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("SM_", "SAGEMAKER_"))},
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "SAGEMAKER_BASE_DIR": str(job.root),
            "SAGEMAKER_TRAINING_MODULE": STARTER,
            # SageMaker announces this folder in no variable; there it is /opt/ml/checkpoints.
            "SM_CHECKPOINT_DIR": str(job.root / "checkpoints"),
            "OMP_NUM_THREADS": "1",
            **variables,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    failure = job.root / "output" / "failure"
    return Ended(
        code=done.returncode,
        printed=done.stdout,
        failure=failure.read_text(encoding="utf-8") if failure.exists() else None,
    )
