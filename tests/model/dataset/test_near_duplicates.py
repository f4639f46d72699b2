import random
import time

import pytest

from model.dataset.near_duplicates import comparable_text, near_duplicate_groups

WORDS = [
    f"{one}{two}{three}"
    for one in ("kon", "de", "ba", "ster", "lu")
    for two in ("to", "pa", "ri", "mel")
    for three in ("n", "s", "ter")
]


def text(seed: int, words: int = 60) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) + rng.choice("abcdefgh") for _ in range(words))


def with_changed_words(original: str, count: int) -> str:
    words = original.split()
    for place in range(count):
        words[place * len(words) // count] = "anders"
    return " ".join(words)


def test_copies_with_few_changes_share_a_group_and_other_texts_do_not() -> None:
    texts = [text(1), text(2), with_changed_words(text(1), 2), text(3), text(2) + " danke"]
    assert near_duplicate_groups(texts) == [0, 1, 0, 2, 1]


def test_texts_that_share_a_minor_part_are_no_near_duplicates() -> None:
    assert near_duplicate_groups([text(1), f"{text(1, 20)} {text(2, 40)}"]) == [0, 1]


@pytest.mark.parametrize("words", [3, 8, 11, 12, 15, 23, 24, 30])
def test_a_word_more_does_not_part_two_texts_of_whatever_length(words: int) -> None:
    assert near_duplicate_groups([text(5, words), text(6, words), text(5, words) + " ok"]) == [0, 1, 0]


def test_case_digits_white_space_and_web_addresses_do_not_count() -> None:
    one = comparable_text("", f"{text(1)} Auftrag 4711 http://a.example/x?y")
    other = comparable_text("", f"{text(1).upper()}\n\n auftrag  0815 https://b.example")
    assert one == other


def test_a_short_mail_is_compared_with_its_subject_and_a_long_one_without() -> None:
    assert comparable_text("AW: Re: Depot 7", "Bitte um Rückruf") == "depot 0 bitte um rückruf"
    assert comparable_text("Depot 7", text(1)) == text(1)


def test_mails_of_one_thread_share_a_group_and_join_the_groups_they_touch() -> None:
    texts = [text(1), text(2), text(3), text(1)]
    assert near_duplicate_groups(texts, threads=["t1", "t1", None, None]) == [0, 0, 1, 0]


def test_texts_without_words_are_alone_unless_equal() -> None:
    assert near_duplicate_groups(["", "?!", "", "?!", "a"]) == [0, 1, 2, 1, 3]
    assert near_duplicate_groups([]) == []


def test_groups_do_not_depend_on_the_order_of_the_mails() -> None:
    texts = [with_changed_words(text(seed % 40), seed % 4) for seed in range(160)]
    groups = near_duplicate_groups(texts)
    order = random.Random(1).sample(range(160), 160)
    shuffled = near_duplicate_groups([texts[place] for place in order])
    same = {(groups[place], group) for place, group in zip(order, shuffled, strict=True)}
    assert len(same) == len(set(groups)) == len(set(shuffled))


def test_three_thousand_near_copies_are_one_group_in_little_time() -> None:
    copies = [with_changed_words(text(1), 1) + f" {number}" for number in range(3000)]
    start = time.perf_counter()
    assert set(near_duplicate_groups(copies)) == {0}
    assert time.perf_counter() - start < 5
