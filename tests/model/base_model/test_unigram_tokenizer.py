"""The rebuilt tokenizer reads text as multilingual-e5's own does."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from model.base_model.unigram_tokenizer import build_tokenizer
from tests.model.base_model.packed_writer import PIECES, TinyPackedFile


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    scores = TinyPackedFile().scores.tolist()
    return build_tokenizer(PIECES, scores, special_ids={"bos": 0, "eos": 2, "pad": 1, "unk": 3})


def test_a_text_stands_between_begin_and_end(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("ab für").tokens == ["<s>", "▁ab", "▁für", "</s>"]


def test_a_pair_is_separated_as_in_xlm_roberta(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("ab", "für").tokens == ["<s>", "▁ab", "</s>", "</s>", "▁für", "</s>"]


@pytest.mark.parametrize(
    "same_text",
    [
        "ab für",
        "ab fu\u0308r",
        " ab  für ",
        "ab\u00a0für",
        "ab\r\n\r\nfür\n",
        "\uff41\uff42 für",
        "ab\u200bfür",
    ],
)
def test_composition_width_and_white_space_make_no_difference(tokenizer: Tokenizer, same_text: str) -> None:
    assert tokenizer.encode(same_text).ids == tokenizer.encode("ab für").ids


def test_offsets_point_into_the_text_as_given(tokenizer: Tokenizer) -> None:
    text = "  ab   fu\u0308r"
    first, second = tokenizer.encode(text).offsets[1:3]
    assert (text[slice(*first)], text[slice(*second)]) == ("ab", "fu\u0308r")


def test_unknown_characters_become_one_unknown_token(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("漢字!").ids == [0, PIECES.index("▁"), 3, PIECES.index("!"), 2]


def test_mask_swallows_the_space_before_it(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("ab <mask>").ids == [0, PIECES.index("▁ab"), PIECES.index("<mask>"), 2]


def test_decoding_gives_the_text_back(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode("ab für!").ids) == "ab für!"


def test_an_empty_text_is_only_begin_and_end(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("").ids == [0, 2]
