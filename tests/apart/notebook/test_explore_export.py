"""The notebook, executed: on synthetic mails, and on an export of one's own, whose text it never shows."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
INTERPRETER = ROOT / ".venvs" / "notebook" / "bin" / "python"
NOTEBOOK = ROOT / "notebooks" / "explore_export.ipynb"
SECRET = "Zebrafinkenweg"
QUEUES = {
    "transfers": "bitte übertragen sie mein depot von der anderen bank zu ihnen",
    "fees": "die gebühr auf meiner letzten rechnung ist falsch berechnet",
    "address": "ich bin umgezogen und meine neue adresse lautet anders",
}


def _executed(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """`nbconvert --execute`, as `make notebook` calls it, but to a notebook with outputs."""
    kept = {name: value for name, value in os.environ.items() if name not in ("EXPORT", "TAXONOMY", "COLUMNS", "TASKS")}
    command = [
        *("-m", "nbconvert", "--execute", "--ExecutePreprocessor.startup_timeout=300"),
        *("--to", "notebook", "--output-dir", str(folder)),
    ]
    return subprocess.run(
        [str(INTERPRETER), *command, str(NOTEBOOK)],
        env={**kept, "PYTHONPATH": str(ROOT), "JUPYTER_PREFER_ENV_PATH": "1", "TMPDIR": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def _outputs(folder: Path) -> list[dict[str, Any]]:
    cells = json.loads((folder / NOTEBOOK.name).read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", ())]


def _printed(outputs: list[dict[str, Any]]) -> str:
    return "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("synthetic")
    done = _executed(folder, MAILS="600")
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(folder.glob("mailroom-explore-*")) == []
    return _outputs(folder)


def test_it_runs_through_and_draws_its_pictures(synthetic: list[dict[str, Any]]):
    pictures = [output for output in synthetic if "image/png" in output.get("data", {})]
    # Balance, confusion and reliability of three tasks; lengths with languages; the own label's probability.
    assert len(pictures) == 3 * 3 + 2
    assert "600 mails; tasks: line_of_business (" in _printed(synthetic)


def test_labels_that_are_wrong_on_purpose_are_among_those_in_doubt_twice_as_often_as_by_chance_and_more(
    synthetic: list[dict[str, Any]],
):
    told = re.search(r"topic: of (\d+) wrong labels (\d+) are in doubt; of (\d+) in doubt", _printed(synthetic))
    assert told is not None
    wrong, found, doubted = map(int, told.groups())
    assert wrong > 0
    assert found / wrong > 2 * doubted / 600


def test_an_export_of_ones_own_is_explored_and_no_text_of_it_is_shown(tmp_path: Path):
    rows = [
        {"id": f"mail-{number}", "subject": f"{SECRET} {number}", "body": f"{words} {SECRET} {number}", "queue": queue}
        for number in range(40)
        for queue, words in QUEUES.items()
    ]
    for number, row in enumerate(rows):
        row["id"] = f"mail-{number}"
        row["body"] += (
            f" {' '.join(f'wort{number * 7 + part}' for part in range(20))}"  # so that none is another's copy
        )
    export = tmp_path / "export.jsonl"
    export.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = _executed(tmp_path, EXPORT=str(export), TASKS="queue")
    assert done.returncode == 0, done.stderr[-3000:]
    outputs = _outputs(tmp_path)
    assert "120 mails; tasks: queue (3 labels)" in _printed(outputs)
    assert SECRET.lower() not in json.dumps(outputs).lower()


def test_an_export_that_cannot_be_used_ends_the_run_with_the_reason(tmp_path: Path):
    (tmp_path / "export.jsonl").write_text("{}\n", encoding="utf-8")
    done = _executed(tmp_path, EXPORT=str(tmp_path / "export.jsonl"), TASKS="queue")
    assert done.returncode != 0
    assert "The export cannot be used: " in done.stderr
