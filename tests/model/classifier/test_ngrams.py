"""Hashed n-grams are what a plain loop over words and characters would find."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.classifier.ngrams import BUCKET_BITS, character_grams, word_grams

TEXT = st.text(alphabet="ab ß7\n.Z", max_size=20)


def counts(grams, row: int) -> Counter[int]:
    return Counter(grams.bucket[grams.row == row].tolist())


def plain_character_count(text: str) -> int:
    """How many n-grams of orders 2 to 5 the words have, each with a blank at both ends."""
    words = text.lower().split()
    return sum(max(0, len(word) + 2 - order + 1) for word in words for order in (2, 3, 4, 5))


@given(st.lists(TEXT, max_size=5))
def test_a_text_has_the_n_grams_of_its_words_whatever_stands_beside_it(texts: list[str]):
    together = character_grams(texts)
    for row, text in enumerate(texts):
        alone = character_grams([text])
        assert counts(together, row) == counts(alone, 0)
        assert len(alone.bucket) == plain_character_count(text)


@given(st.lists(TEXT, max_size=5))
def test_words_and_pairs_are_counted_per_text(texts: list[str]):
    together = word_grams(texts)
    for row, text in enumerate(texts):
        words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
        assert counts(together, row).total() == len(words) + max(0, len(words) - 1)
        assert counts(together, row) == counts(word_grams([text]), 0)


def test_equal_words_have_equal_hashes_and_others_do_not():
    grams = word_grams(["Depot Umzug", "umzug", "Umzüge"])
    first, second, third = (set(grams.bucket[grams.row == row].tolist()) for row in range(3))
    assert second < first
    assert not third & first


def test_all_digits_are_alike():
    assert counts(character_grams(["Order 4711"]), 0) == counts(character_grams(["order 9223"]), 0)


def test_buckets_fit_their_bits_and_spread():
    buckets = character_grams([" ".join(f"wort{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(600))]).bucket
    assert buckets.min() >= 0
    assert buckets.max() < 2**BUCKET_BITS
    # Were the hash poor, the upper half of the range would be empty or crowded.
    assert 0.4 < np.mean(np.unique(buckets) < 2 ** (BUCKET_BITS - 1)) < 0.6


def test_no_text_has_no_n_grams():
    assert character_grams([]).bucket.size == word_grams([]).bucket.size == 0
    assert character_grams([""]).bucket.size == word_grams(["  \n"]).bucket.size == 0
