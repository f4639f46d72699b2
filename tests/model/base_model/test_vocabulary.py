"""The pieces kept for German and English are decided by their characters."""

from __future__ import annotations

import pytest

from model.base_model.vocabulary import german_and_english, is_german_or_english


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "▁",
            "▁Überweisung",
            "straße",
            "STRAẞE",
            "▁the",
            "▁Café",
            "2026",
            "▁12,50",
            "://",
            "€",
            "▁§",
            "„",
            "→",
            "…",
        ),
        *("😀", "▁❤", "\ufe0f", "\xad", "\x93", "▁\uf0b7", "</"),
    ],
)
def test_german_english_and_scriptless_pieces_are_kept(piece: str) -> None:
    assert is_german_or_english(piece)


@pytest.mark.parametrize("piece", ["ç", "▁Ł", "ğ", "ω", "▁Ж", "\u0308"])
def test_a_single_letter_of_a_neighbouring_script_is_kept_so_that_names_can_be_spelt(piece: str) -> None:
    assert is_german_or_english(piece)


@pytest.mark.parametrize("piece", ["▁ça", "ção", "▁Łód", "привет", "ωψ", "日", "▁日本", "한", "۱۲", "٪٤", "ك"])
def test_pieces_of_other_languages_are_dropped(piece: str) -> None:
    assert not is_german_or_english(piece)


def test_special_tokens_are_kept_whatever_they_look_like_and_order_stays() -> None:
    pieces = ["<s>", "日", "a", "特", "b"]
    assert german_and_english(pieces, {"<s>", "特"}).tolist() == [0, 2, 3, 4]
