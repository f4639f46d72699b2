"""The model that is trained in seconds."""

import numpy as np
import pytest

from model.exploration.small_model import fit_small_model, fitted_scale, met_labels
from model.training.rows import MISSING
from tests.support.tiny_dataset import TAXONOMY, example, examples


def test_it_learns_the_tiny_mails_and_says_how_sure_it_is():
    train, validation, test = examples(48), examples(12, first=48), examples(12, first=60)
    model = fit_small_model(train, validation, met_labels(train, TAXONOMY))
    said = model.predictions(test)
    assert [{task: one.label for task, one in mail.items()} for mail in said] == [dict(mail.labels) for mail in test]
    assert all(0.5 < one.confidence <= 1 for mail in said for one in mail.values())


def test_probabilities_of_each_mail_have_the_sum_one():
    train = examples(24)
    model = fit_small_model(train, examples(6, first=24), met_labels(train, TAXONOMY))
    for rows in model.probabilities(examples(5, first=40)).values():
        assert rows.sum(axis=1) == pytest.approx(np.ones(5))


def test_only_labels_that_some_mail_has_are_known_and_tasks_without_any_are_left_out():
    mails = [example(1, "transfers", labels={"queue": "transfers"}), example(2, "fees", labels={"queue": "fees"})]
    assert met_labels(mails, TAXONOMY) == {"queue": ("transfers", "fees")}


def test_the_scale_is_large_where_margins_are_right_and_small_where_they_say_nothing():
    margins = np.array([[1.0, -1.0], [-1.0, 1.0]] * 20)
    right, random = np.array([0, 1] * 20), np.array([0, 0, 1, 1] * 10)
    assert fitted_scale(margins, right) > 10
    assert fitted_scale(margins, random) < 0.2


def test_without_labelled_mails_margins_are_taken_as_they_are():
    assert fitted_scale(np.zeros((2, 3)), np.array([MISSING, MISSING])) == 1.0
