"""The pipeline's evaluation on a tiny trained model."""

import json
from pathlib import Path

import pytest

from model.archive.writer import pack
from model.dataset.prepared import write_prepared
from model.gate.__main__ import main as gate
from model.steps.evaluate import main
from tests.support.evaluations import CHAMPION
from tests.support.tiny_dataset import TAXONOMY, examples

pytestmark = pytest.mark.slow

REPORT = {
    "inputs": [{"file": "export.jsonl", "rows": 72, "is_test_file": False}],
    "near_duplicates": {"test_rows_also_in_training": 0},
    "warnings": [],
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with a report as model/prepare.py writes it, as far as the evaluation reads it."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    splits = {"train": examples(3), "validation": [], "test": examples(12, first=60)}
    write_prepared(folder, splits, taxonomy=TAXONOMY, report=REPORT, fingerprint="1" * 64)
    return folder


def _champion(folder: Path, named: str, model: Path | None = None) -> Path:
    folder.mkdir()
    (folder / "champion.json").write_text(json.dumps({"model_package": named}), encoding="utf-8")
    if model is not None:
        pack(model, folder / "model.tar.gz")
    return folder


def _run(model: Path, data: Path, champion: Path, out: Path) -> int:
    return main(["--model", str(model), "--data", str(data), "--champion", str(champion), "--out", str(out)])


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_without_a_champion_only_the_new_model_is_measured(tmp_path: Path, tiny_model: Path, data: Path):
    out = tmp_path / "out"
    assert _run(tiny_model, data, _champion(tmp_path / "champion", "none"), out) == 0
    assert _names(out) == [
        "champion/champion.json",
        "evaluation.json",
        "model.json",
        "predictions.jsonl",
        "report.html",
    ]
    model = json.loads((out / "model.json").read_text(encoding="utf-8"))
    manifest = json.loads((tiny_model / "manifest.json").read_text(encoding="utf-8"))
    assert model == {key: manifest[key] for key in ("model_version", "taxonomy_version", "labels", "facts")}


def test_both_are_measured_on_the_same_mails_and_the_gate_finds_a_model_as_good_as_itself(
    tmp_path: Path, tiny_model: Path, data: Path
):
    out = tmp_path / "out"
    assert _run(tiny_model, data, _champion(tmp_path / "champion", CHAMPION, tiny_model), out) == 0
    assert (out / "champion" / "evaluation.json").read_bytes() == (out / "evaluation.json").read_bytes()
    folders = ["--evaluation", str(out), "--taxonomy", str(data), "--out", str(tmp_path / "gate")]
    assert gate(folders, {"GATE_LIMITS": '{"minimum_scores": {}, "margin": 0}'}) == 0
    verdict = json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8"))
    assert (verdict["verdict"], verdict["facts"]["champion"]) == ("passed", CHAMPION)


def test_a_champion_that_is_named_and_not_there_is_an_error(
    tmp_path: Path, tiny_model: Path, data: Path, capsys: pytest.CaptureFixture[str]
):
    assert _run(tiny_model, data, _champion(tmp_path / "champion", CHAMPION), tmp_path / "out") == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: ")
