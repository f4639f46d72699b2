"""Telling the same mails from others."""

from dataclasses import replace

from model.comparison.judged import mails_sha256, under_taxonomy
from tests.support.comparisons import NOW, judged

MAILS = judged("queue", [("fees", "fees"), ("transfers", "fees")])


def test_the_same_mails_are_known_by_their_labels_and_not_by_what_a_model_says_or_their_order():
    others = judged("queue", [("fees", "transfers"), ("transfers", "transfers")])
    assert mails_sha256(MAILS) == mails_sha256(tuple(reversed(others)))


def test_another_mail_or_another_true_label_is_told():
    assert mails_sha256(MAILS) != mails_sha256(MAILS[:1])
    assert mails_sha256(MAILS) != mails_sha256((MAILS[0], replace(MAILS[1], id="m9")))
    assert mails_sha256(MAILS) != mails_sha256((MAILS[0], replace(MAILS[1], truth={"queue": "fees"})))


def test_what_was_said_in_old_words_is_put_into_new_ones_where_there_is_one():
    answers = [("bill", "invoice"), ("order", "order"), ("login_locked", "login_problem"), ("order", "unheard_of")]
    now = under_taxonomy(judged("topic", answers), NOW)
    assert [mail.said["topic"] for mail in now] == ["bill", "order", "login_problem", "unheard_of"]
