"""Hashed word and character n-grams of many texts at once, vectorised: no Python loop over characters or words.

Character n-grams stay within a word and its two bordering blanks (scikit-learn's ``char_wb``); word n-grams are single
words and pairs. A hash is a polynomial over code points modulo 2**64, mixed (the finaliser of MurmurHash3) and cut to
``BUCKET_BITS``; two n-grams of different kinds never share a seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

BUCKET_BITS = 22
CHARACTER_ORDERS = (2, 3, 4, 5)

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so it has an inverse modulo 2**64
_BASE_INVERSE = np.uint64(pow(int(_BASE), -1, 2**64))
_BLANK = ord(" ")
_DIGITS = str.maketrans("123456789", "000000000")

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grams:
    """``bucket[i]`` (0 to 2**BUCKET_BITS) is an n-gram of text ``row[i]``; an n-gram met twice stands twice."""

    row: I64
    bucket: I64


def _normalised(text: str) -> str:
    # All digits alike: an order number says that there is one, not which.
    return f" {' '.join(text.lower().translate(_DIGITS).split())} "


@lru_cache(maxsize=1)
def _is_word_character() -> npt.NDArray[np.bool_]:
    """Per code point of the basic multilingual plane, whether it belongs to a word; others count as letters."""
    table = np.fromiter((chr(code).isalnum() for code in range(65536)), dtype=bool, count=65536)
    table[ord("_")] = True
    return table


def _mixed(hashes: U64, seed: int) -> I64:
    mixed = hashes ^ np.uint64(seed * 0xD6E8FEB86659FD93 % 2**64)
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        mixed ^= mixed >> np.uint64(33)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(33)
    return (mixed >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)


def _codes(texts: Sequence[str]) -> tuple[U64, I64]:
    """Code points of all texts one after the other, and the row of each."""
    normalised = [_normalised(text) for text in texts]
    joined = "".join(normalised).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype="<u4").astype(np.uint64)
    row = np.repeat(np.arange(len(texts), dtype=np.int64), [len(text) for text in normalised])
    return codes, row


def character_grams(texts: Sequence[str]) -> Grams:
    """Character n-grams of the texts, orders CHARACTER_ORDERS. Linear in the number of characters."""
    codes, row = _codes(texts)
    blank = codes == _BLANK
    rows, buckets = [], []
    hashes = codes.copy()
    whole = np.ones(len(codes), dtype=bool)  # windows so far that no blank or end of text cuts
    for order in range(2, max(CHARACTER_ORDERS) + 1):
        count = len(codes) - order + 1
        if count <= 0:
            break
        hashes = hashes[:count] * _BASE + codes[order - 1 :]
        # The character that was the window's last is now inside it, so it must not be a blank; a text begins and ends
        # with one, so two adjoining blanks are a border between texts.
        inner = ~blank[order - 2 : order - 2 + count] if order > 2 else ~(blank[:count] & blank[1 : count + 1])
        whole = whole[:count] & inner
        if order in CHARACTER_ORDERS:
            kept = np.flatnonzero(whole)
            rows.append(row[kept])
            buckets.append(_mixed(hashes[kept], order))
    return _joined(rows, buckets)


def word_grams(texts: Sequence[str]) -> Grams:
    """Words and pairs of neighbouring words of the texts. Linear in the number of characters."""
    codes, row = _codes(texts)
    if not len(codes):
        return _joined([], [])
    in_word = _is_word_character()[np.minimum(codes, 65535).astype(np.int64)] | (codes > 65535)
    edges = np.flatnonzero(np.diff(in_word.astype(np.int8), prepend=0, append=0))
    starts, ends = edges[::2], edges[1::2]
    powers = np.cumprod(np.full(len(codes), _BASE, dtype=np.uint64))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes * powers, dtype=np.uint64)])
    inverse = np.cumprod(np.full(len(codes), _BASE_INVERSE, dtype=np.uint64))
    words = (sums[ends] - sums[starts]) * inverse[starts]
    of = row[starts]
    together = np.flatnonzero(of[:-1] == of[1:])
    pairs = words[together] * _BASE + words[together + 1]
    return _joined([of, of[together]], [_mixed(words, 101), _mixed(pairs, 102)])


def _joined(rows: list[I64], buckets: list[I64]) -> Grams:
    if not rows:
        return Grams(row=np.zeros(0, np.int64), bucket=np.zeros(0, np.int64))
    return Grams(row=np.concatenate(rows), bucket=np.concatenate(buckets))
