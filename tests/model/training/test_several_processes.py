"""train.py on two processes, truly started by torchrun over gloo, trains what it trains on one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from model.archive.reader import open_archive
from model.classifier.mail_classifier import MailClassifier
from model.dataset.prepared import PreparedDataset
from model.training.rows import model_input
from tests.support.several_processes import history_of, start_training
from tests.support.tiny_dataset import example, write_tiny_dataset
from tests.support.tiny_models import make_tiny_encoder
from tests.support.training import QUICK, train_tiny

pytestmark = pytest.mark.slow

# Dropout is the one thing in which processes may differ.
SETTINGS = {**QUICK, "dropout": 0.0, "batch_size": 9, "epochs": 8}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labels that are rare, missing and uneven, and 46 mails: batches of 9 leave one mail for the last."""
    queues = ("transfers", "fees", "address", "fees", "fees") * 9
    train = [
        example(number, queue, labels={"queue": queue} if number % 4 == 0 else None)
        for number, queue in enumerate(queues)
    ]
    train.append(example(99, "address", labels={"line_of_business": "operations"}))
    validation = [example(100 + number, queue) for number, queue in enumerate(("transfers", "fees", "address") * 23)]
    return write_tiny_dataset(tmp_path_factory.mktemp("data") / "prepared", train=train, validation=validation)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder without any dropout of its own, which the stock classifier would use."""
    folder = make_tiny_encoder(tmp_path_factory.mktemp("base"), "bert", layers=2)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def train_on_two(folder: Path, data: Path, base: Path, settings: Mapping[str, Any]) -> str:
    """Train, and return what was printed."""
    job = start_training(2, folder, data, base, settings)
    printed, _ = job.communicate(timeout=300)
    assert job.returncode == 0, printed
    return printed


def judged(model: Path, data: Path) -> list[dict[str, tuple[str, float]]]:
    mails = [model_input(one) for one in PreparedDataset.load(data).test]
    return [
        {task: (found.label, found.confidence) for task, found in judgement.labels.items()}
        for judgement in MailClassifier.load(model).judge(mails)
    ]


def assert_same(one: Any, other: Any) -> None:
    """Equal, but for the last digits of numbers."""
    if isinstance(one, dict):
        assert set(one) == set(other)
        for key, value in one.items():
            assert_same(value, other[key])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for mine, theirs in zip(one, other, strict=True):
            assert_same(mine, theirs)
    elif isinstance(one, float):
        assert other == pytest.approx(one, rel=1e-3, abs=1e-4)
    else:
        assert one == other


@pytest.mark.parametrize(
    "settings",
    [
        {"class_weighting": "balanced", "label_smoothing": 0.1},
        {"tuned_layers": 0, "batch_size": 16, "learning_rate": 1e-3},
        {"architecture": "stock", "batch_size": 7, "learning_rate": 1e-3},
    ],
    ids=["upper-layers", "all-layers", "stock"],
)
def test_two_processes_reach_the_scores_and_predictions_of_one_and_say_so_once(
    tmp_path: Path, data: Path, base: Path, settings: dict[str, Any]
):
    alone = train_tiny(tmp_path / "one", data, base, **{**SETTINGS, **settings})
    printed = train_on_two(tmp_path / "two", data, base, {**SETTINGS, **settings})
    assert_same(history_of(tmp_path / "one"), history_of(tmp_path / "two"))
    assert_same(judged(alone, data), judged(tmp_path / "two" / "model", data))
    lines = [line.split()[0] for line in printed.splitlines() if line.startswith(("epoch=", "model_version="))]
    epochs = [f"epoch={number}" for number in range(1, SETTINGS["epochs"] + 1)]
    runs = len(history_of(tmp_path / "two"))
    assert lines == [*epochs * runs, f"model_version={open_archive(tmp_path / 'two' / 'model')[1].model_version}"]


def test_two_processes_that_are_broken_off_go_on_to_the_same_end(tmp_path: Path, data: Path, base: Path):
    settings = {**SETTINGS, "dropout": 0.2, "epochs": 12}
    train_on_two(tmp_path / "whole", data, base, settings)
    job = start_training(2, tmp_path / "broken", data, base, settings)
    assert job.stdout is not None
    for line in job.stdout:
        if line.startswith("epoch=2 "):
            job.terminate()
            break
    job.communicate(timeout=300)
    assert job.returncode != 0
    assert not (tmp_path / "broken" / "model" / "archive.json").exists()
    printed = train_on_two(tmp_path / "broken", data, base, settings)
    assert "from the last checkpoint" in printed
    assert_same(history_of(tmp_path / "whole"), history_of(tmp_path / "broken"))
    assert_same(judged(tmp_path / "whole" / "model", data), judged(tmp_path / "broken" / "model", data))


def test_what_does_not_fit_is_said_once(tmp_path: Path, data: Path, base: Path):
    job = start_training(2, tmp_path, data, base, {**SETTINGS, "overrides": {"epoch": 3}})
    printed, _ = job.communicate(timeout=300)
    said = "Hyperparameter 'epoch' is unknown; known are tasks, architecture"
    assert job.returncode != 0
    assert printed.count(said) == 1
    assert (tmp_path / "out" / "failure").read_text(encoding="utf-8").startswith(said)
