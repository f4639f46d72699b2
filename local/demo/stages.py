"""The stages up to the packed archive. Training and evaluation run in processes of their own, under the contracts that
SageMaker has for them; what depends on nothing that has changed is left out."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.demo.made_from import code_digest, digest, is_current, remember, sizes
from local.demo.plan import DemoError, DemoOptions, Plan
from local.train_job import TrainJob, run_train_job
from local.vendor import TARGET as VENDOR
from model.archive.writer import pack
from model.base_model import BaseModel, resolve
from model.dataset.preparation import Preparation, prepare
from model.dataset.prepared import PreparedDataset

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class DemoFolders:
    """Where a demo run keeps its work."""

    root: Path

    @property
    def dataset(self) -> Path:
        """The prepared dataset."""
        return self.root / "dataset"

    @property
    def model(self) -> Path:
        """SM_MODEL_DIR: the unpacked archive."""
        return self.root / "model"

    @property
    def output(self) -> Path:
        """SM_OUTPUT_DATA_DIR."""
        return self.root / "output"

    @property
    def checkpoints(self) -> Path:
        """What a training that was broken off goes on from."""
        return self.root / "checkpoints"

    @property
    def archive(self) -> Path:
        """The packed archive."""
        return self.root / "model.tar.gz"

    @property
    def evaluation(self) -> Path:
        """The report and its numbers."""
        return self.root / "evaluation"


def prepare_data(plan: Plan, folders: DemoFolders, options: DemoOptions) -> PreparedDataset:
    """Clean, check and split the exports; raises DatasetError."""
    return prepare(
        Preparation(
            exports=plan.exports,
            taxonomy=plan.taxonomy,
            columns=plan.columns,
            tasks=plan.tasks,
            seed=options.seed,
            drop_invalid=options.export is not None and options.taxonomy is None,
            synthetic=plan.synthetic,
        ),
        folders.dataset,
    )


def base_model(options: DemoOptions) -> BaseModel:
    """The encoder to fine-tune; raises BaseModelError."""
    return resolve(options.base_model, cache=ROOT / ".cache" / "base-models")


def hyperparameters(options: DemoOptions, dataset: PreparedDataset) -> dict[str, str]:
    """For two cores and ten minutes: only the encoder's two upper layers are tuned, on at most 128 tokens.

    Fewer mails get more epochs, so that the number of steps stays useful.
    """
    epochs = min(20, max(3, round(10_000 / max(1, len(dataset.train)))))
    return {"tuned_layers": "2", "max_tokens": "128", "epochs": str(epochs), **options.hyperparameters}


def train(folders: DemoFolders, base: BaseModel, dataset: PreparedDataset, settings: Mapping[str, str]) -> bool:
    """Run model/train.py under the script-mode contract, unless this very training is done; returns whether it ran.

    Raises:
        TrainJobError: the training failed; what it printed says why.
    """
    made_from = digest(
        [dataset.fingerprint, base.fingerprint, dict(settings), code_digest("mailroom", "model"), sizes(ROOT / VENDOR)]
    )
    if is_current(folders.root / "train.json", made_from, folders.model / "archive.json"):
        return False
    for folder in (folders.model, folders.output):
        shutil.rmtree(folder, ignore_errors=True)
    run_train_job(
        TrainJob(
            data=folders.dataset,
            base_model=base.path,
            model=folders.model,
            output=folders.output,
            checkpoints=folders.checkpoints,
        ),
        settings,
    )
    shutil.rmtree(folders.checkpoints, ignore_errors=True)
    remember(folders.root / "train.json", made_from)
    return True


def evaluate(folders: DemoFolders, dataset: PreparedDataset) -> bool:
    """Measure the model on the untouched split and write the report; returns whether it ran; raises DemoError."""
    if not dataset.test:
        return False
    made_from = digest(
        [
            json.loads((folders.model / "archive.json").read_bytes())["model_version"],
            dataset.fingerprint,
            code_digest("mailroom", "model"),
        ]
    )
    if is_current(folders.root / "evaluate.json", made_from, folders.evaluation / "report.html"):
        return False
    _run(
        [
            "-m",
            "model.evaluate",
            "--model",
            str(folders.model),
            "--data",
            str(folders.dataset),
            "--out",
            str(folders.evaluation),
        ],
        what="The evaluation",
    )
    remember(folders.root / "evaluate.json", made_from)
    return True


def archive(folders: DemoFolders) -> bool:
    """Pack the model folder, unless the pack is of this very model; returns whether it packed."""
    made_from = digest([json.loads((folders.model / "archive.json").read_bytes())["files"]])
    if is_current(folders.root / "archive.json", made_from, folders.archive):
        return False
    pack(folders.model, folders.archive)
    remember(folders.root / "archive.json", made_from)
    return True


def _run(arguments: Sequence[str], *, what: str) -> None:
    if subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode:
        raise DemoError(f"{what} failed; the lines above say why.")
