"""What the tracking steps are given: an archive, an evaluation's folder, a verdict, and the steps' variables."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

from model.gate.verdict import Failure, Verdict, verdict_to_json
from tests.support.evaluations import write_evaluation

APP = "arn:aws:sagemaker:eu-central-1:111122223333:mlflow-app/app-1"
HISTORY: dict[str, Any] = {
    "seconds": 12.5,
    "runs": {
        "all": {
            "best_epoch": 2,
            "seconds": 11.0,
            "history": [
                {"epoch": 1.0, "train:loss": 2.5, "validation:queue:accuracy": 0.4},
                {"epoch": 2.0, "train:loss": 4.9e-05, "validation:queue:accuracy": 0.6},
            ],
        }
    },
}


def evaluation_folder(folder: Path, *, champion: dict[str, float] | None = None) -> Path:
    written = write_evaluation(folder / "evaluation", {"queue": 0.9}, champion=champion)
    (written / "metrics.json").write_text(json.dumps(HISTORY), encoding="utf-8")
    (written / "report.html").write_text("<h1>Report</h1>", encoding="utf-8")
    return written


def archive_folder(folder: Path, **changed: bytes) -> Path:
    """A folder with the model.tar.gz of the same training, packed as SageMaker does; ``changed``: other contents of
    archive.json (``archive``) or metrics.json (``metrics``)."""
    made = write_evaluation(folder / "of", {"queue": 0.9}) / "model.json"
    files = {
        "./code/inference.py": b"",
        "./metrics.json": changed.get("metrics", json.dumps(HISTORY).encode()),
        "./archive.json": changed.get("archive", made.read_bytes()),
    }
    (folder / "model").mkdir()
    with tarfile.open(folder / "model" / "model.tar.gz", "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return folder / "model"


def gate_folder(folder: Path, *, failures: tuple[Failure, ...] = ()) -> Path:
    (folder / "gate").mkdir()
    text = verdict_to_json(Verdict(failures=failures), facts={}, model_card="{}")
    (folder / "gate" / "gate.json").write_text(text, encoding="utf-8")
    return folder / "gate"


def step_variables(uri: str) -> dict[str, str]:
    return {
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_EXPERIMENT_NAME": "mailroom-dev",
        "PIPELINE_EXECUTION": "execution-1",
        "MODEL_ARCHIVE": "s3://artefacts/models/job/output/model.tar.gz",
        "EVALUATION": "s3://artefacts/evaluations/execution-1",
        "GATE": "s3://artefacts/gates/execution-1",
    }
