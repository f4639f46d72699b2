"""One training entry: one task or several, multi-task or stock; what it leaves is a whole archive."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from mailroom.errors import TaxonomyError
from mailroom.policy import NEVER
from model.archive.reader import open_archive
from model.classifier.encoder import EncoderError
from model.classifier.mail_classifier import MailClassifier
from model.dataset.prepared import PreparedDataset
from model.training.corpus import TrainingError
from model.training.log_lines import metric_definitions
from model.training.rows import model_input
from model.training.run import run_training
from tests.support.tiny_dataset import example, examples, write_tiny_dataset
from tests.support.tiny_models import make_tiny_encoder
from tests.support.training import ROOT, tiny_job, train_tiny


def accuracy(model: Path, data: Path, task: str) -> float:
    classifier = MailClassifier.load(model)
    test = PreparedDataset.load(data).test
    judged = classifier.judge([model_input(one) for one in test])
    return sum(
        one.labels[task] == judgement.labels[task].label for one, judgement in zip(test, judged, strict=True)
    ) / len(test)


def test_all_tasks_are_learnt_with_one_encoder_and_the_archive_is_whole(tiny_model: Path, tiny_data: Path):
    layout, manifest = open_archive(tiny_model)
    assert manifest.labels == {
        "line_of_business": ("brokerage", "operations"),
        "queue": ("transfers", "fees", "address"),
    }
    assert manifest.languages == ("de",)
    assert manifest.facts["training_mails"] == 48
    assert manifest.facts["data_fingerprint"] == "0" * 64
    assert accuracy(tiny_model, tiny_data, "queue") == 1.0
    assert accuracy(tiny_model, tiny_data, "line_of_business") == 1.0
    assert layout.lexical.exists()


def test_the_archive_holds_no_pickle_and_no_training_code(tiny_model: Path):
    files = [path for path in tiny_model.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix in {".bin", ".pt", ".pth", ".pkl", ".pickle", ".joblib"}]
    assert not [path for path in files if b"\x80\x04\x95" in path.read_bytes()[:4096] or path.read_bytes()[:2] == b"PK"]
    assert not (tiny_model / "code" / "model" / "training").exists()
    assert not (tiny_model / "code" / "model" / "train.py").exists()


@pytest.mark.slow
def test_one_task_alone_can_be_trained(tmp_path: Path, tiny_data: Path, tiny_base: Path):
    model = train_tiny(tmp_path, tiny_data, tiny_base, tasks="line_of_business")
    assert open_archive(model)[1].labels == {"line_of_business": ("brokerage", "operations")}
    assert accuracy(model, tiny_data, "line_of_business") == 1.0


@pytest.mark.slow
def test_the_stock_baseline_is_one_unmodified_classifier_per_task(tmp_path: Path, tiny_data: Path, tiny_base: Path):
    model = train_tiny(tmp_path, tiny_data, tiny_base, architecture="stock", epochs=25, learning_rate=0.005)
    configs = [json.loads((model / "stock" / str(number) / "config.json").read_text()) for number in (0, 1)]
    assert [config["architectures"] for config in configs] == [["BertForSequenceClassification"]] * 2
    assert not (model / "lexical.safetensors").exists()
    assert accuracy(model, tiny_data, "queue") > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("family", ["distilbert", "xlm-roberta", "modernbert"])
def test_every_family_of_encoder_trains_and_serves(tmp_path: Path, tiny_data: Path, family: str):
    base = make_tiny_encoder(tmp_path / "base", family, layers=2)
    model = train_tiny(tmp_path, tiny_data, base, epochs=1)
    judged = MailClassifier.load(model).judge([model_input(one) for one in examples(3)])
    assert [len(one.labels) for one in judged] == [2, 2, 2]


@pytest.mark.slow
def test_only_the_upper_layers_are_changed(tmp_path: Path, tiny_data: Path, tiny_base: Path):
    model = train_tiny(tmp_path, tiny_data, tiny_base, tuned_layers=1, epochs=1)
    before = load_file(tiny_base / "model.safetensors")
    after = load_file(model / "encoder" / "model.safetensors")

    def same(name: str) -> bool:
        found = next(tensor for key, tensor in before.items() if key.endswith(name))
        return torch.equal(found, after[next(key for key in after if key.endswith(name))])

    assert same("layer.0.attention.self.query.weight")
    assert same("embeddings.word_embeddings.weight")
    assert not same("layer.1.attention.self.query.weight")


def test_a_mail_without_a_label_for_one_task_still_teaches_the_other(tmp_path: Path, tiny_base: Path):
    train = [
        example(number, queue, labels={"queue": queue} if number % 2 else None)
        for number, queue in enumerate(("transfers", "fees", "address") * 12)
    ]
    data = write_tiny_dataset(tmp_path / "data", train=train)
    model = train_tiny(tmp_path, data, tiny_base)
    assert accuracy(model, data, "queue") > 0.9
    assert accuracy(model, data, "line_of_business") > 0.9


def test_without_validation_mails_a_model_comes_about_that_routes_nothing_automatically(
    tmp_path: Path, tiny_base: Path
):
    data = write_tiny_dataset(tmp_path / "data", validation=[])
    model = train_tiny(tmp_path, data, tiny_base)
    classifier = MailClassifier.load(model)
    assert classifier.policy.default_threshold == NEVER
    assert all(scale.encoder > 0 and scale.lexical > 0 for scale in classifier.calibration.tasks.values())
    assert accuracy(model, data, "queue") == 1.0


def test_a_checkpoint_over_another_base_model_is_not_used(
    tmp_path: Path, tiny_data: Path, tiny_base: Path, capsys: pytest.CaptureFixture[str]
):
    train_tiny(tmp_path, tiny_data, tiny_base, epochs=1)
    other = make_tiny_encoder(tmp_path / "other", "bert", layers=2, seed=1)
    train_tiny(tmp_path, tiny_data, other, epochs=1)
    assert "goes on" not in capsys.readouterr().out


def test_the_log_lines_are_what_the_metric_definitions_read(
    tmp_path: Path, tiny_data: Path, tiny_base: Path, capsys: pytest.CaptureFixture[str]
):
    import re

    train_tiny(tmp_path, tiny_data, tiny_base, epochs=2)
    lines = capsys.readouterr().out
    history = json.loads((tmp_path / "output" / "metrics.json").read_text())["runs"]["all"]["history"]
    for definition in metric_definitions(("line_of_business", "queue")):
        read = [float(value) for value in re.findall(definition["Regex"], lines, flags=re.MULTILINE)]
        if definition["Name"] in history[0]:
            assert read == pytest.approx([entry[definition["Name"]] for entry in history], rel=1e-5)
        else:
            assert len(read) == 2


@pytest.mark.slow
def test_the_same_seed_gives_the_same_model(tmp_path: Path, tiny_data: Path, tiny_base: Path):
    versions = [
        run_training(tiny_job(tmp_path / name, tiny_data, tiny_base, epochs=1), source_root=ROOT)
        for name in ("first", "second")
    ]
    weights = [load_file(tmp_path / name / "model" / "heads.safetensors") for name in ("first", "second")]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert len(versions[0]) == len("m-") + 12


@pytest.mark.slow
def test_a_training_that_was_broken_off_goes_on_to_the_same_weights(
    tmp_path: Path, tiny_data: Path, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
):
    train_tiny(tmp_path / "whole", tiny_data, tiny_base, epochs=3)

    class Spot(Exception):
        """The machine is taken away."""

    import model.training.loop as loop

    real = loop.save_checkpoint

    def save_then_die(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        raise Spot

    monkeypatch.setattr(loop, "save_checkpoint", save_then_die)
    for _ in range(3):
        with pytest.raises(Spot):
            train_tiny(tmp_path / "broken", tiny_data, tiny_base, epochs=3)
    monkeypatch.setattr(loop, "save_checkpoint", real)
    train_tiny(tmp_path / "broken", tiny_data, tiny_base, epochs=3)
    for name in ("heads.safetensors", "encoder/model.safetensors"):
        whole, broken = (load_file(tmp_path / run / "model" / name) for run in ("whole", "broken"))
        for key, tensor in whole.items():
            torch.testing.assert_close(broken[key], tensor)


@pytest.mark.slow
def test_a_checkpoint_of_another_job_is_not_used(
    tmp_path: Path, tiny_data: Path, tiny_base: Path, capsys: pytest.CaptureFixture[str]
):
    train_tiny(tmp_path, tiny_data, tiny_base, epochs=1)
    train_tiny(tmp_path, tiny_data, tiny_base, epochs=1)
    assert "goes on after epoch 1" in capsys.readouterr().out
    train_tiny(tmp_path, tiny_data, tiny_base, epochs=1, seed=8)
    assert "goes on" not in capsys.readouterr().out


@pytest.mark.slow
def test_training_ends_early_when_validation_gets_no_better(tmp_path: Path, tiny_data: Path, tiny_base: Path):
    train_tiny(tmp_path, tiny_data, tiny_base, epochs=30, patience=2)
    run = json.loads((tmp_path / "output" / "metrics.json").read_text())["runs"]["all"]
    assert len(run["history"]) == run["best_epoch"] + 2 < 30


def test_an_unknown_task_is_named(tmp_path: Path, tiny_data: Path, tiny_base: Path):
    with pytest.raises(
        TaxonomyError, match=r"The taxonomy has no task 'topic'; its tasks are line_of_business, queue\."
    ):
        train_tiny(tmp_path, tiny_data, tiny_base, tasks="topic")


def test_a_dataset_without_training_mails_is_refused(tmp_path: Path, tiny_base: Path):
    data = write_tiny_dataset(tmp_path / "data", train=[])
    with pytest.raises(TrainingError, match="The dataset has no training mail"):
        train_tiny(tmp_path, data, tiny_base)


def test_more_tuned_layers_than_the_encoder_has_are_refused(tmp_path: Path, tiny_data: Path, tiny_base: Path):
    with pytest.raises(EncoderError, match="The encoder has 2 layers; 5 cannot be tuned"):
        train_tiny(tmp_path, tiny_data, tiny_base, tuned_layers=5)
