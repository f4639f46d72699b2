"""The pipeline's evaluation on a tiny trained model."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from model.archive.reader import sha256
from model.archive.writer import pack
from model.comparison.comparison_json import comparison_from_json
from model.dataset.prepared import write_prepared
from model.gate.__main__ import main as gate
from model.steps.champion_entrant import NOTE
from model.steps.evaluate import main
from tests.support.evaluations import CHAMPION
from tests.support.tiny_dataset import TAXONOMY, examples

pytestmark = pytest.mark.slow

REPORT = {
    "frozen_set": "tiny-1/2026-03",
    "inputs": [{"file": "2026-03/export.jsonl", "rows": 72, "is_test_file": False}],
    "rows": {"read": 72, "kept": 70, "dropped": {"empty": 2}},
    "near_duplicates": {"test_rows_also_in_training": 0},
    "warnings": ["Left out for holding no text: rows 3 and 4."],
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with a report as model/prepare.py writes it, as far as the evaluation reads it."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    splits = {"train": examples(3), "validation": [], "test": examples(12, first=60), "recent": examples(6, first=90)}
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


OF_A_MODEL = ("evaluation.json", "predictions.jsonl", "report.html")
RECENT = tuple(f"recent/{name}" for name in OF_A_MODEL)


def test_without_a_champion_only_the_new_model_is_measured(tmp_path: Path, tiny_model: Path, data: Path):
    out = tmp_path / "out"
    assert _run(tiny_model, data, _champion(tmp_path / "champion", "none"), out) == 0
    assert _names(out) == sorted(
        [
            *OF_A_MODEL,
            *RECENT,
            "champion/champion.json",
            "comparison.html",
            "comparison.json",
            "data_report.json",
            "metrics.json",
            "model.json",
            "model_card.json",
            "model_card.md",
        ]
    )
    model = json.loads((out / "model.json").read_text(encoding="utf-8"))
    manifest = json.loads((tiny_model / "archive.json").read_text(encoding="utf-8"))
    assert model == {key: manifest[key] for key in ("model_version", "taxonomy_version", "labels", "facts")}
    comparison = comparison_from_json((out / "comparison.json").read_text(encoding="utf-8"))
    assert (comparison.champion, comparison.test, comparison.recent) == (None, None, None)
    assert "<b>first model</b>" in (out / "comparison.html").read_text(encoding="utf-8")


def test_what_the_model_learned_and_from_what_lies_beside_its_scores(tmp_path: Path, tiny_model: Path, data: Path):
    out = tmp_path / "out"
    assert _run(tiny_model, data, _champion(tmp_path / "champion", "none"), out) == 0
    assert (out / "metrics.json").read_bytes() == (tiny_model / "metrics.json").read_bytes()
    assert (out / "data_report.json").read_bytes() == (data / "data_report.json").read_bytes()


def test_both_are_measured_on_the_same_mails_and_the_gate_finds_a_model_as_good_as_itself(
    tmp_path: Path, tiny_model: Path, data: Path
):
    out = tmp_path / "out"
    assert _run(tiny_model, data, _champion(tmp_path / "champion", CHAMPION, tiny_model), out) == 0
    assert _names(out / "champion") == sorted([*OF_A_MODEL, *RECENT, "champion.json"])
    assert (out / "champion" / "evaluation.json").read_bytes() == (out / "evaluation.json").read_bytes()
    comparison = comparison_from_json((out / "comparison.json").read_text(encoding="utf-8"))
    assert comparison.champion == replace(comparison.challenger, model_package=CHAMPION)
    assert (comparison.challenger.frozen_set, comparison.challenger.mails) == ("tiny-1/2026-03", 12)
    assert (comparison.test.mails, comparison.recent.mails) == (12, 6)
    assert comparison.test.disagreements == 0
    assert all(task.challenger == task.champion for task in comparison.test.tasks.values())
    folders = ["--evaluation", str(out), "--taxonomy", str(data), "--out", str(tmp_path / "gate")]
    assert gate(folders, {"GATE_LIMITS": '{"minimum_scores": {}, "test_mails": 1, "margin": 0, "coverage": 1}'}) == 0
    verdict = json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8"))
    assert (verdict["verdict"], verdict["facts"]["champion"]) == ("passed", CHAMPION)
    assert json.loads(verdict["model_card"]) == json.loads((out / "model_card.json").read_text(encoding="utf-8"))


def test_what_is_written_holds_no_text_of_any_mail(tmp_path: Path, tiny_model: Path, data: Path):
    out = tmp_path / "out"
    assert _run(tiny_model, data, _champion(tmp_path / "champion", CHAMPION, tiny_model), out) == 0
    words = {word for mail in examples(12, first=60) for word in mail.text.split() if len(word) > 6}
    for name in _names(out):
        text = (out / name).read_text(encoding="utf-8")
        assert not {word for word in words if word in text}, name


def test_a_champion_that_is_named_and_not_there_is_an_error(
    tmp_path: Path, tiny_model: Path, data: Path, capsys: pytest.CaptureFixture[str]
):
    assert _run(tiny_model, data, _champion(tmp_path / "champion", CHAMPION), tmp_path / "out") == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: ")


def _of_another_time(model: Path, folder: Path, *, runs: bool = True) -> Path:
    """An archive in a format that this code does not read, with the code that does, or with code that is broken."""
    shutil.copytree(model, folder)
    layout = folder / "code" / "model" / "archive" / "layout.py"
    text = layout.read_text(encoding="utf-8").replace("FORMAT_VERSION = 1", "FORMAT_VERSION = 7")
    layout.write_text(text if runs else f"import of_another_time\n{text}", encoding="utf-8")
    manifest = json.loads((folder / "archive.json").read_text(encoding="utf-8"))
    manifest["format_version"] = 7
    manifest["files"]["code/model/archive/layout.py"] = sha256(layout)
    (folder / "archive.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_a_champion_in_another_format_is_measured_through_its_own_code(tmp_path: Path, tiny_model: Path, data: Path):
    out, old = tmp_path / "out", _of_another_time(tiny_model, tmp_path / "old")
    assert _run(tiny_model, data, _champion(tmp_path / "champion", CHAMPION, old), out) == 0
    comparison = comparison_from_json((out / "comparison.json").read_text(encoding="utf-8"))
    assert comparison.champion == replace(comparison.challenger, model_package=CHAMPION, note=NOTE)
    assert comparison.test.disagreements == 0
    coverage = {task: (one.compared, one.mails) for task, one in comparison.test.coverage.items()}
    assert coverage == dict.fromkeys(TAXONOMY.tasks, (12, 12))
    assert _names(out / "champion") == [
        "champion.json",
        "evaluation.json",
        "predictions.jsonl",
        "recent/evaluation.json",
        "recent/predictions.jsonl",
    ]
    folders = ["--evaluation", str(out), "--taxonomy", str(data), "--out", str(tmp_path / "gate")]
    assert gate(folders, {"GATE_LIMITS": '{"minimum_scores": {}, "test_mails": 1, "margin": 0, "coverage": 1}'}) == 0
    assert (
        json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8"))["text"] == f"All rules hold. {NOTE}"
    )


def test_a_champion_that_nothing_can_measure_is_refused_by_the_gate_and_stops_no_run(
    tmp_path: Path, tiny_model: Path, data: Path
):
    out, broken = tmp_path / "out", _of_another_time(tiny_model, tmp_path / "old", runs=False)
    assert _run(tiny_model, data, _champion(tmp_path / "champion", CHAMPION, broken), out) == 0
    comparison = comparison_from_json((out / "comparison.json").read_text(encoding="utf-8"))
    assert comparison.unmeasured == "its own code fails here (ModuleNotFoundError)"
    assert (comparison.champion.model_package, comparison.test) == (CHAMPION, None)
    folders = ["--evaluation", str(out), "--taxonomy", str(data), "--out", str(tmp_path / "gate")]
    assert gate(folders, {"GATE_LIMITS": '{"minimum_scores": {}, "test_mails": 1, "margin": 0, "coverage": 1}'}) == 0
    verdict = json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8"))
    assert (verdict["verdict"], [one["rule"] for one in verdict["failures"]]) == ("failed", ["champion_not_measured"])


def test_what_the_registry_says_of_the_champions_mails_stands_in_the_comparison(
    tmp_path: Path, tiny_model: Path, data: Path
):
    out, champion = tmp_path / "out", _champion(tmp_path / "champion", CHAMPION, tiny_model)
    registered = {"model_package": CHAMPION, "frozen_set": "tiny-1/2026-03", "frozen_set_sha256": "b" * 64}
    (champion / "champion.json").write_text(json.dumps(registered), encoding="utf-8")
    assert _run(tiny_model, data, champion, out) == 0
    folders = ["--evaluation", str(out), "--taxonomy", str(data), "--out", str(tmp_path / "gate")]
    assert gate(folders, {"GATE_LIMITS": '{"minimum_scores": {}, "test_mails": 1, "margin": 0, "coverage": 1}'}) == 2
