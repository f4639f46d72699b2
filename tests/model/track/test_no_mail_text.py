"""No text of a mail leaves for MLflow: the real evaluation's folder, recorded."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from model.dataset.prepared import write_prepared
from model.steps.evaluate import main as evaluate
from model.track.verdict import main as track
from tests.support.mlflow_server import mlflow_server
from tests.support.tiny_dataset import TAXONOMY, examples
from tests.support.tracked_run import gate_folder, step_variables

pytestmark = pytest.mark.slow

SECRET = "Zebrafinkenweg"
REPORT = {
    "inputs": [{"file": "export.jsonl", "rows": 72, "is_test_file": False}],
    "rows": {"read": 72, "kept": 72, "dropped": {}},
    "near_duplicates": {"test_rows_also_in_training": 0},
    "languages": {"de": 72},
    "splits": {},
    "warnings": [],
}


def test_what_is_recorded_of_a_real_evaluation_holds_ids_labels_and_numbers_and_no_text(
    tmp_path: Path, tiny_model: Path
):
    mails = [
        replace(mail, subject=f"{SECRET} 7", text=f"{mail.text} {SECRET}", custodian_banks=(SECRET,))
        for mail in examples(72)
    ]
    splits = {"train": mails[:48], "validation": mails[48:60], "test": mails[60:]}
    write_prepared(tmp_path / "data", splits, taxonomy=TAXONOMY, report=REPORT, fingerprint="1" * 64)
    assert any(SECRET in path.read_text(encoding="utf-8") for path in (tmp_path / "data").iterdir())
    champion = tmp_path / "champion"
    champion.mkdir()
    (champion / "champion.json").write_text(json.dumps({"model_package": "none"}), encoding="utf-8")
    folders = {"model": tiny_model, "data": tmp_path / "data", "champion": champion, "out": tmp_path / "out"}
    assert evaluate([text for name, path in folders.items() for text in (f"--{name}", str(path))]) == 0

    with mlflow_server() as mlflow:
        given = ["--evaluation", str(tmp_path / "out"), "--gate", str(gate_folder(tmp_path))]
        assert track(given, step_variables(mlflow.url)) == 0
    names = {path.removeprefix("7/run-1/artifacts/") for path in mlflow.files}
    assert {"report.html", "comparison.html", "metrics.json", "confusion/queue.png"} <= names
    sent = [json.dumps(mlflow.calls), *(content.decode("latin-1") for content, _ in mlflow.files.values())]
    assert [text for text in sent if SECRET.lower() in text.lower()] == []
