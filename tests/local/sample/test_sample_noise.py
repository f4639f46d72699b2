"""Sloppiness."""

import random

from local.sample.noise import Pen, draw_pen, mojibake


def test_a_careful_writer_changes_nothing() -> None:
    assert Pen().spell("Größe: DE000BASF111, bitte prüfen.", random.Random(0)) == "Größe: DE000BASF111, bitte prüfen."


def test_umlauts_may_be_written_out_or_dropped() -> None:
    assert Pen(umlauts="ascii").transliterate("Über Größe") == "Ueber Groesse"
    assert Pen(umlauts="bare").transliterate("Über Größe") == "Uber Grosse"


def test_a_writer_without_capitals_keeps_numbers_and_isins() -> None:
    pen = Pen(lower=True)
    assert pen.spell("Bitte DE000BASF111 am Montag", random.Random(0)) == "bitte DE000BASF111 am montag"


def test_a_typo_changes_longer_words_only_and_by_one_letter() -> None:
    words = ["Sparplan", "aussetzen", "bis", "zum", "15", "Mai"]
    spelt = Pen(typo_share=1.0).spell(" ".join(words), random.Random(3)).split()
    assert spelt[2:] == words[2:]
    assert all(abs(len(after) - len(before)) <= 1 for before, after in zip(words, spelt, strict=True))
    assert spelt[:2] != words[:2]


def test_mojibake_is_utf8_read_as_windows_1252() -> None:
    assert mojibake("für 5 €") == "fÃ¼r 5 â‚¬"
    assert mojibake("“") == "â€œ"
    assert mojibake("”") == "â€\x9d"


def test_casual_writers_leave_capitals_out_more_often() -> None:
    lower = {
        casual: sum(draw_pen(random.Random(number), language="de", casual=casual).lower for number in range(300))
        for casual in (True, False)
    }
    assert lower[True] > 200 > 30 > lower[False]
