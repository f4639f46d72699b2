import json
import tarfile
from types import MappingProxyType

import pytest

from mailroom.prediction import Decision, Language, Reason, TaskPrediction
from model.classifier.mail_classifier import Judgement
from model.dataset.prepared import Example
from model.evaluate import main, unpacked_model
from model.evaluation.metrics import evaluate_predictions
from model.evaluation.run import Measured, measured_on, predictions_jsonl

REPORT = {
    "inputs": [
        {"file": "january.jsonl", "rows": 9, "is_test_file": False},
        {"file": "march.jsonl", "rows": 5, "is_test_file": True},
    ],
    "near_duplicates": {"test_rows_also_in_training": 0},
}


def measured_once() -> Measured:
    example = Example(id="5001", subject="Geheim", text="Geheimer Text", labels={"queue": "tax"})
    judgement = Judgement(
        labels=MappingProxyType({"queue": TaskPrediction(label="fees", confidence=0.12345678)}),
        decision=Decision.SUGGEST,
        reasons=(Reason.BELOW_THRESHOLD,),
        language=Language(code="de", confidence=1.0),
        supported=True,
        truncated=False,
        queue_target=None,
    )
    evaluation = evaluate_predictions(
        [example.labels],
        [judgement.labels],
        tasks=["queue"],
        label_order={"queue": []},
        decisions=None,
        known_labels={"queue": frozenset({"tax"})},
    )
    return Measured(evaluation=evaluation, examples=[example], judgements=[judgement])


def test_predictions_hold_ids_labels_and_confidences_and_no_text():
    (line,) = predictions_jsonl(measured_once()).splitlines()
    assert json.loads(line) == {
        "id": "5001",
        "language": "de",
        "truth": {"queue": "tax"},
        "predicted": {"queue": {"label": "fees", "confidence": 0.123457}},
        "decision": "suggest",
        "reasons": ["below_threshold"],
    }


@pytest.mark.parametrize(
    ("split", "near", "same_data", "sentence"),
    [
        (
            "test",
            0,
            True,
            "of the test split of march.jsonl; training saw none of them, no near-duplicate of one and no "
            "other mail of its thread",
        ),
        (
            "test",
            7,
            True,
            "of the test split of march.jsonl; 7 of them have a near-duplicate in training, so the numbers "
            "are too good",
        ),
        (
            "test",
            0,
            False,
            "of the test split of march.jsonl; the model was trained on another dataset, so whether it saw "
            "any of them is not known here",
        ),
        (
            "train",
            0,
            True,
            "of the train split of march.jsonl, which the model was trained on: the numbers are far too good",
        ),
    ],
)
def test_the_report_claims_no_more_than_the_split_allows(split, near, same_data, sentence):
    report = REPORT | {"near_duplicates": {"test_rows_also_in_training": near}}
    assert measured_on(report, split, same_data=same_data) == sentence


def test_a_model_is_found_in_a_folder_in_its_archive_and_in_a_folder_with_its_archive(tmp_path):
    plain, packed = tmp_path / "plain", tmp_path / "input"
    (plain / "code").mkdir(parents=True)
    (plain / "code" / "inference.py").write_text("# serves")
    packed.mkdir()
    with tarfile.open(packed / "model.tar.gz", "w:gz") as tar:
        tar.add(plain / "code" / "inference.py", "code/inference.py")
    for path in (plain, packed / "model.tar.gz", packed):
        with unpacked_model(path) as folder:
            assert (folder / "code" / "inference.py").read_text() == "# serves"


def test_the_entry_ends_with_one_sentence_and_exit_code_2(tmp_path, capsys):
    assert main(["--data", str(tmp_path), "--model", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()
