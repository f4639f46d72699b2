"""The lexical part gives the scores of a TF-IDF model over words and characters."""

import numpy as np
import pytest
import torch

from model.classifier.lexical import lexical_features
from model.training.lexical_fit import fit_lexical
from model.training.rows import MISSING

TEXTS = [
    "depot übertragen",
    "gebühr falsch",
    "adresse neu",
    "depot bank übertragen",
    "gebühr rechnung",
    "neue adresse",
] * 4
TARGETS = {"queue": torch.tensor([0, 1, 2, 0, 1, 2] * 4)}


@pytest.fixture(scope="module")
def lexical():
    return fit_lexical(TEXTS, TARGETS, {"queue": 3}, cost=1.0, seed=1, progress=False)


def test_the_right_label_scores_highest_also_in_unseen_wording(lexical):
    scores = lexical.scores(["mein depot bitte übertragen", "die gebühr", "adressen"])["queue"]
    assert scores.argmax(dim=1).tolist() == [0, 1, 2]


def test_a_text_has_the_same_scores_alone_and_in_a_batch(lexical):
    together = lexical.scores(["gebühr", "", "depot " * 500])["queue"]
    for row, text in enumerate(["gebühr", "", "depot " * 500]):
        torch.testing.assert_close(lexical.scores([text])["queue"][0], together[row])


def test_features_of_each_kind_have_length_one(lexical):
    features = lexical_features(lexical.words, lexical.characters, ["gebühr rechnung"])
    words = features.columns < len(lexical.words.buckets)
    assert np.sum(features.values[words] ** 2) == pytest.approx(1.0, rel=1e-5)
    assert np.sum(features.values[~words] ** 2) == pytest.approx(1.0, rel=1e-5)


def test_a_text_without_any_known_n_gram_gets_the_bias(lexical):
    torch.testing.assert_close(lexical.scores(["qqq 777"])["queue"][0], lexical.bias)


def test_no_text_gives_no_scores(lexical):
    assert lexical.scores([])["queue"].shape == (0, 3)


def test_a_label_without_a_mail_scores_below_the_others_and_gaps_do_not_count():
    targets = {"queue": torch.tensor([0, 1, MISSING, 0, 1, MISSING] * 4)}
    scores = fit_lexical(TEXTS, targets, {"queue": 3}, cost=1.0, seed=1, progress=False).scores(["depot", "gebühr"])
    assert scores["queue"].argmax(dim=1).tolist() == [0, 1]
    assert bool((scores["queue"][:, 2] < scores["queue"].max(dim=1).values).all())


def test_one_label_only_is_learnt_as_the_answer():
    scores = fit_lexical(
        ["a b", "c d"], {"queue": torch.tensor([1, 1])}, {"queue": 2}, cost=1.0, seed=1, progress=False
    ).scores(["x"])
    assert scores["queue"].argmax(dim=1).tolist() == [1]
