from pathlib import Path

from local.demo.loop.epochs import epochs_in, epochs_told
from mailroom.training_metrics import metric_name

EPOCHS = (
    "train, epoch 1/2:   0%|   | 0/32\rtrain, epoch 1/2: 100%|###| 32/32\r"
    "epoch=1 train:loss=2.3 validation:queue:macro_f1=0.33 validation:score=0.451861 train:learning_rate=0.0001\n"
    "train, epoch 2/2:   0%|   | 0/32\r"
    "epoch=2 train:loss=1.6 validation:queue:macro_f1=0.65 validation:score=6.25e-01 train:learning_rate=5.7e-05\n"
    "model_version=m-1\n"
)


def test_epochs_are_read_among_progress_bars_and_other_lines():
    assert epochs_in(EPOCHS) == [(1, 0.451861), (2, 0.625)]
    assert epochs_in("epoch=1 train:loss=2.3 vali") == []


def test_the_score_that_is_looked_for_is_the_one_that_training_prints():
    assert f" {metric_name('validation', 'score')}=" in EPOCHS


def test_each_epoch_is_told_once_even_the_one_that_came_last(tmp_path: Path):
    log, said = tmp_path / "train.log", []
    first, rest = EPOCHS.split("train, epoch 2/2", maxsplit=1)
    with epochs_told(log, said.append):
        log.write_text(first)
        log.write_text(first + "train, epoch 2/2" + rest)
    assert [line.strip() for line in said] == ["epoch 1: validation score 0.452", "epoch 2: validation score 0.625"]


def test_a_training_that_never_began_says_nothing(tmp_path: Path):
    said: list[str] = []
    with epochs_told(tmp_path / "none.log", said.append):
        pass
    assert said == []
