"""The gate as a processing step: folders in, gate.json out."""

import json
from pathlib import Path

import pytest

from mailroom.wire.labels import taxonomy_to_json
from model.gate.__main__ import limits_from, main
from model.gate.rules import GateError
from tests.support.evaluations import CHAMPION, FROZEN_SET, write_evaluation
from tests.support.tiny_dataset import TAXONOMY

LABELS = {"line_of_business": ["brokerage", "operations"], "queue": ["transfers", "fees", "address"]}
LIMITS = {"GATE_LIMITS": '{"minimum_scores": {"queue": 0.8}, "test_mails": 1, "margin": 0.01, "coverage": 0.8}'}


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    folder = tmp_path / "taxonomy"
    folder.mkdir()
    (folder / "taxonomy.json").write_text(json.dumps(taxonomy_to_json(TAXONOMY)), encoding="utf-8")
    return folder


def run(folder: Path, evaluation: Path, taxonomy: Path, environment: dict[str, str] = LIMITS) -> int:
    arguments = ["--evaluation", str(evaluation), "--taxonomy", str(taxonomy), "--out", str(folder / "gate")]
    return main(arguments, environment)


def test_a_model_that_passes_is_described_for_the_registry(tmp_path: Path, taxonomy: Path):
    evaluation = write_evaluation(tmp_path / "evaluation", {"queue": 0.9}, champion={"queue": 0.9}, labels=LABELS)
    assert run(tmp_path, evaluation, taxonomy) == 0
    assert json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8")) == {
        "schema": "mailroom.gate/1",
        "verdict": "passed",
        "text": "All rules hold.",
        "failures": [],
        "notes": [],
        "facts": {
            "model_version": "2026-04-01.1a2b3c4d",
            "taxonomy_version": "tiny-1",
            "data_fingerprint": "f" * 64,
            "frozen_set": FROZEN_SET,
            "frozen_set_sha256": "a" * 64,
            "champion": CHAMPION,
            "coverage": "none",
            "labels_measured_apart": "none",
        },
        "model_card": '{"model_overview":{"model_creator":"a test"}}',
    }


def test_a_model_that_fails_is_an_answer_and_not_an_error(
    tmp_path: Path, taxonomy: Path, capsys: pytest.CaptureFixture[str]
):
    evaluation = write_evaluation(tmp_path / "evaluation", {"queue": 0.85}, champion={"queue": 0.9}, labels=LABELS)
    assert run(tmp_path, evaluation, taxonomy) == 0
    said = json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8"))
    text = (
        "queue has a macro-F1 of 0.850 where the champion has 0.900, 0.040 beyond the margin of 0.010 "
        "(difference -0.050, 95 % interval -0.050 to -0.050)."
    )
    assert (said["verdict"], said["text"]) == ("failed", text)
    assert said["failures"] == [
        {"rule": "champion", "task": "queue", "value": 0.85, "limit": 0.89, "by": 0.04, "text": text}
    ]
    assert capsys.readouterr().out == f"gate: failed. {text}\n"


def test_without_an_endpoint_there_is_no_champion(tmp_path: Path, taxonomy: Path):
    evaluation = write_evaluation(tmp_path / "evaluation", {"queue": 0.8}, labels=LABELS)
    assert run(tmp_path, evaluation, taxonomy) == 0
    said = json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8"))
    assert (said["verdict"], said["facts"]["champion"]) == ("passed", "none")


def test_labels_newer_than_the_champion_are_named_as_measured_apart(tmp_path: Path, taxonomy: Path):
    evaluation = write_evaluation(tmp_path / "evaluation", {"queue": 0.9}, champion={"queue": 0.9}, labels=LABELS)
    content = json.loads((evaluation / "comparison.json").read_text(encoding="utf-8"))
    content["test"]["tasks"]["queue"]["new_labels"] = {"labels": ["fees"], "n": 4, "accuracy": 0.5}
    content["test"]["coverage"] = {"queue": {"mails": 10, "compared": 6, "declared": 4}}
    (evaluation / "comparison.json").write_text(json.dumps(content), encoding="utf-8")
    assert run(tmp_path, evaluation, taxonomy) == 0
    said = json.loads((tmp_path / "gate" / "gate.json").read_text(encoding="utf-8"))
    assert said["facts"]["labels_measured_apart"] == "queue: fees"
    assert said["facts"]["coverage"] == "queue: 6 of 10"
    assert said["notes"] == ["queue: compared with the champion on 6 of 10 mails."]


@pytest.mark.parametrize("name", ["evaluation.json", "comparison.json", "model.json", "model_card.json"])
def test_a_missing_input_is_an_error_and_leaves_no_verdict(
    name: str, tmp_path: Path, taxonomy: Path, capsys: pytest.CaptureFixture[str]
):
    evaluation = write_evaluation(tmp_path / "evaluation", {"queue": 0.9}, labels=LABELS)
    (evaluation / name).unlink()
    assert run(tmp_path, evaluation, taxonomy) == 2
    assert f"{name} is missing or cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "gate").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"test_mails": 1, "margin": 0.01, "coverage": 0.8}',
        '{"minimum_scores": {"queue": 0.8}, "margin": 0.01, "coverage": 0.8}',
        '{"minimum_scores": {"queue": 0.8}, "test_mails": 1, "coverage": 0.8}',
        '{"minimum_scores": {"queue": 0.8}, "test_mails": 1, "margin": 0.01}',
        '{"minimum_scores": {"queue": 80}, "test_mails": 1, "margin": 0.01, "coverage": 0.8}',
        '{"minimum_scores": {}, "test_mails": -1, "margin": 0.01, "coverage": 0.8}',
        '{"minimum_scores": {}, "test_mails": 1, "margin": -1, "coverage": 0.8}',
        '{"minimum_scores": {}, "test_mails": 1, "margin": 0.01, "coverage": 8}',
        '{"minimum_scores": {}, "test_mails": 1, "margin": 0.01, "coverage": 0.8, "margni": 0.02}',
    ],
)
def test_limits_that_are_not_what_they_should_be_are_refused(text: str):
    with pytest.raises(GateError, match="GATE_LIMITS must be a JSON object"):
        limits_from(text)
