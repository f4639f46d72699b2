"""Which pieces of a multilingual vocabulary German and English mail uses, decided by characters alone.

A piece is kept when one of these holds; "▁" (a word's beginning) never counts:

1. it is a special token;
2. each of its characters is a letter of the German or English alphabet (umlauts, ß and the é of Café
   included), an ASCII digit, or belongs to no script: punctuation, currency, symbols and emoji, invisible
   format characters, and the control and private-use characters that stand for quotes and bullets in mail
   from Windows programs;
3. it is one single Latin, Greek or Cyrillic letter or combining mark, so that a foreign name is spelt in
   letters rather than lost to <unk>.

No corpus and no score takes part, so the choice is the same everywhere and can be explained. Since Unigram
picks the likeliest split, a text whose pieces are all kept is split exactly as before; one that needs a
dropped piece (a French word with ç, a Turkish name) is spelt in shorter pieces.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

WORD_START = "▁"
ALPHABET = frozenset(string.ascii_letters + "ÄÖÜäöüßẞ" + "Éé" + string.digits)
# Unicode general categories of what belongs to no script: punctuation (P*), symbols (S*), format, control,
# private.
SCRIPTLESS_CATEGORIES = ("P", "S", "Cf", "Cc", "Co")
SPELT_NAMES = ("LATIN ", "GREEK ", "CYRILLIC ", "COMBINING ", "VARIATION SELECTOR")


def german_and_english(pieces: Sequence[str], special: Collection[str]) -> npt.NDArray[np.int64]:
    """The ids (int64, ascending, one dimension) of the pieces to keep of `pieces`, which are in id order."""
    kept = [index for index, piece in enumerate(pieces) if piece in special or is_german_or_english(piece)]
    return np.array(kept, dtype=np.int64)


def is_german_or_english(piece: str) -> bool:
    """Whether rule 2 or 3 above keeps `piece`."""
    characters = piece.replace(WORD_START, "")
    if all(_is_written(character) for character in characters):
        return True
    return len(characters) == 1 and unicodedata.name(characters, "").startswith(SPELT_NAMES)


def _is_written(character: str) -> bool:
    return character in ALPHABET or unicodedata.category(character).startswith(SCRIPTLESS_CATEGORIES)
