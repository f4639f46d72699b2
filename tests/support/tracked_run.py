"""What the tracking step is given: an evaluation's folder with a training history, and the step's variables."""

import json
from pathlib import Path
from typing import Any

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


def step_variables(uri: str) -> dict[str, str]:
    return {
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_EXPERIMENT_NAME": "mailroom-dev",
        "PIPELINE_EXECUTION": "execution-1",
        "MODEL_ARCHIVE": "s3://artefacts/models/job/output/model.tar.gz",
        "EVALUATION": "s3://artefacts/evaluations/execution-1",
        "GATE": "s3://artefacts/gates/execution-1",
    }
