"""Labels that other mails speak against."""

from dataclasses import replace

import numpy as np
import pytest

from model.exploration.cross_validation import out_of_fold
from model.exploration.doubtful_labels import DoubtfulLabel, doubtful_labels
from model.exploration.small_model import met_labels
from tests.support.tiny_dataset import TAXONOMY, examples


def test_wrong_labels_among_right_ones_are_found_and_the_right_ones_are_suggested():
    mails = examples(60)
    for row in (5, 20, 40):
        wrong = {"transfers": "fees", "fees": "address", "address": "transfers"}[mails[row].labels["queue"]]
        mails[row] = replace(mails[row], labels={"queue": wrong})
    labels = met_labels(mails, TAXONOMY)
    probabilities = out_of_fold(mails, labels)["queue"]
    found = doubtful_labels(
        [mail.id for mail in mails], [mail.labels.get("queue") for mail in mails], labels["queue"], probabilities
    )
    assert {one.id: one.suggested for one in found} == {
        f"mail-{row}": examples(60)[row].labels["queue"] for row in (5, 20, 40)
    }


def test_a_label_is_in_doubt_only_if_another_is_as_likely_as_it_usually_is_where_it_is_given():
    probabilities = np.array(
        [
            [0.9, 0.1],  # a
            [0.8, 0.2],  # a
            [0.2, 0.8],  # b
            [0.1, 0.9],  # a, and b is likelier than b usually is: in doubt
            [0.45, 0.55],  # a, and b is likelier than a, but less than b usually is: merely unclear
        ]
    )
    assert doubtful_labels(["1", "2", "3", "4", "5"], ["a", "a", "b", "a", "a"], ["a", "b"], probabilities) == (
        DoubtfulLabel(id="4", given="a", suggested="b", given_probability=0.1, suggested_probability=0.9),
    )


def test_the_most_doubtful_come_first():
    probabilities = np.array([[0.9, 0.1], [0.3, 0.7], [0.1, 0.9], [0.4, 0.6]])
    found = doubtful_labels(["1", "2", "3", "4"], ["a", "a", "a", "b"], ["a", "b"], probabilities)
    assert [one.id for one in found] == ["3", "2"]


def test_mails_without_a_label_or_with_one_that_no_mail_was_trained_on_are_not_judged():
    probabilities = np.array([[0.9, 0.1], [0.1, 0.9]])
    assert doubtful_labels(["1", "2"], [None, "other"], ["a", "b"], probabilities) == ()


def test_copies_of_a_mail_do_not_vouch_for_each_others_label():
    mails = examples(30)
    copies = [replace(mails[0], id=f"copy-{number}", labels={"queue": "fees"}) for number in range(4)]
    assert mails[0].labels["queue"] == "transfers"
    everything = [*mails[1:], *copies]
    labels = met_labels(everything, TAXONOMY)
    probabilities = out_of_fold(everything, labels)["queue"]
    transfers = labels["queue"].index("transfers")
    assert set(probabilities[-4:].argmax(axis=1)) == {transfers}


def test_more_folds_than_groups_of_mails_are_refused():
    with pytest.raises(ValueError, match="5 folds need as many groups of mails; there are 3"):
        out_of_fold(examples(3), met_labels(examples(3), TAXONOMY))
