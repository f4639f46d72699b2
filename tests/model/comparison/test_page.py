"""The page that the approver reads."""

import html
import re
from dataclasses import replace

from mailroom.prediction import Decision
from model.comparison.compare import compare
from model.comparison.page import comparison_page
from model.comparison.results import Comparison
from tests.support.comparisons import NOW, entrant, former, judged

QUEUES = [("fees", "fees"), ("fees", "transfers"), ("transfers", "transfers"), ("transfers", "transfers")]


def text_of(page: str) -> str:
    """What a reader sees."""
    return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)).split())


def two() -> Comparison:
    """Two models of which the challenger is worse in one mail."""
    theirs = judged("queue", [(true, true) for true, _ in QUEUES], decision=Decision.AUTO_ROUTE)
    return compare(entrant(judged("queue", QUEUES)), former(theirs), taxonomy=NOW)


def test_it_says_who_is_compared_on_what_and_with_which_outcome():
    text = text_of(comparison_page(two(), NOW, synthetic=False))
    assert "both measured on the same 4 mails of the frozen test set 2/2026-03 ." in text
    assert "m-2 m-1" in text
    assert "Queue 4 1.000 → 0.733" in text
    assert "Queue 3 0 1 0 1.000 no clear difference" in text
    assert "of those routed automatically, to the right place 100.0 % \u2013" in text


def test_mails_they_disagree_on_are_named_by_id_with_both_labels_in_words():
    text = text_of(comparison_page(two(), NOW, synthetic=False))
    assert "m1 queue Gebühren Gebühren transfers champion" in text


def test_a_label_that_lost_most_stands_first():
    rows = re.findall(r"<small>(fees)</small>|<td>(transfers)", comparison_page(two(), NOW, synthetic=False))
    assert [one or other for one, other in rows][:2] == ["fees", "transfers"]


def test_labels_new_to_the_champion_are_told_apart():
    mine = judged("topic", [("order", "order"), ("passkey", "passkey")])
    theirs = judged("topic", [("order", "order"), ("passkey", "order")])
    text = text_of(comparison_page(compare(entrant(mine), former(theirs), taxonomy=NOW), NOW, synthetic=False))
    assert "1 mail has a label that the champion's taxonomy did not have (passkey). They are measured apart" in text


def test_a_task_that_could_not_be_compared_is_said_not_to_be():
    mine, theirs = judged("topic", [("passkey", "passkey")]), judged("topic", [("passkey", "order")])
    text = text_of(comparison_page(compare(entrant(mine), former(theirs), taxonomy=NOW), NOW, synthetic=False))
    assert "topic 0 not compared" in text
    assert "Topic: 0 of 1 mails, of the others 0 with a label that the taxonomy declares as newer" in text


def test_a_champion_that_could_not_be_measured_is_said_to_be_so_and_how_one_was():
    comparison = two()
    lost = replace(comparison, test=None, unmeasured="its own code fails here (ImportError)")
    text = text_of(comparison_page(lost, NOW, synthetic=False))
    assert "The champion could not be measured : its own code fails here (ImportError)." in text
    noted = replace(comparison, champion=replace(comparison.champion, note="Through its own code."))
    assert "Through its own code." in text_of(comparison_page(noted, NOW, synthetic=False))


def test_the_first_model_is_said_to_be_the_first():
    comparison = compare(entrant(judged("queue", QUEUES)), None, taxonomy=NOW)
    text = text_of(comparison_page(comparison, NOW, synthetic=False))
    assert "This is the first model : no endpoint serves one yet" in text
    assert "Champion (serving now)" not in text


def test_newer_mails_have_a_section_that_says_the_gate_does_not_count_them():
    mails = judged("queue", QUEUES)
    comparison = compare(entrant(mails, recent=mails[:2]), former(mails, recent=mails[:2]), taxonomy=NOW)
    text = text_of(comparison_page(comparison, NOW, synthetic=False))
    assert "2 newer mails, which neither model was trained on either." in text
    assert "None: the test set holds mails of the newest export." in text_of(
        comparison_page(two(), NOW, synthetic=False)
    )


def test_made_up_mails_are_said_to_be_made_up():
    assert "Synthetic mails" in comparison_page(two(), NOW, synthetic=True)
    assert "Synthetic mails" not in comparison_page(two(), NOW, synthetic=False)


def test_what_stands_in_the_data_cannot_become_part_of_the_page():
    comparison = two()
    shown = (replace(comparison.test.shown[0], id="<script>alert(1)</script>"),)
    page = comparison_page(replace(comparison, test=replace(comparison.test, shown=shown)), NOW, synthetic=False)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
