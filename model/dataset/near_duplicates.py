"""Which mails are nearly the same text: MinHash signatures, locality-sensitive hashing, union-find.

Two mails are near-duplicates if the Jaccard similarity of their shingles is at least 0.7 (Broder 1997, "On the
resemblance and containment of documents"). It is estimated from 128 hash minima, with a standard error of 0.04 at 0.7;
an estimate of 0.6 counts already, since a copy on both sides of a split does more harm than a mail too many in a group:
a pair at 0.7 is overlooked in fewer than 1 of 100 cases. Only pairs that agree in one of 32 bands of 4 minima are
compared (Leskovec et al., "Mining of Massive Datasets", section 3.4): a pair of similarity s is found with probability
1 - (1 - s**4)**32, which is 0.9998 at 0.7, 0.87 at 0.5 and 0.23 at 0.3.

Shingles are three consecutive words, in texts of fewer than 12 words four consecutive characters, and both in texts
of up to 23 words, so that one word more or less does not part two like texts. Time is near-linear: in a band, a mail
is compared with its bucket's first member and with the eight before it, whatever the bucket's size.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

PERMUTATIONS = 128
BANDS = 32
ACCEPTED_ESTIMATE = 0.6
WORD_SHINGLE = 3
CHARACTER_SHINGLE = 4
# Texts with fewer words than LONG are compared by characters, those with at least SHORT by words.
SHORT = 12
LONG = 24

_NEIGHBOURS = 8
_SHINGLES_AT_ONCE = 200_000
_PAIRS_AT_ONCE = 20_000
_REPLY_PREFIX = re.compile(r"^(?:\s*(?:re|aw|wg|fw|fwd|antw|antwort)\s*:)+", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")

Words = npt.NDArray[np.uint64]
Signatures = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.int64]


def comparable_text(subject: str, text: str) -> str:
    """What is compared of a mail: lower case, digits as 0, web addresses as one word, white space folded.

    The cleaned body; of a body of fewer than 12 words ("please call me back") subject and body, because such mails are
    alike without being copies.
    """
    if len(_WORD.findall(text)) < SHORT:
        text = f"{_REPLY_PREFIX.sub('', subject)} {text}"
    return " ".join(_DIGIT.sub("0", _ADDRESS.sub("www", text.casefold())).split())


def near_duplicate_groups(texts: Sequence[str], *, threads: Sequence[str | None] | None = None) -> list[int]:
    """The group of each text, numbered from 0 in the order of their first members.

    Texts (of ``comparable_text``) that are near-duplicates of each other, or of a common third, share a group; with
    ``threads`` (one per text) those of one thread too.
    """
    forest = _Forest(len(texts))
    counts = [len(_WORD.findall(text)) for text in texts]
    by_words = [number for number, count in enumerate(counts) if count >= SHORT]
    by_characters = [number for number, count in enumerate(counts) if count < LONG and texts[number]]
    _join(forest, by_words, _word_shingles(texts, by_words))
    _join(forest, by_characters, _character_shingles(texts, by_characters))
    first_of_thread: dict[str, int] = {}
    for number, thread in enumerate(threads or ()):
        if thread is not None:
            forest.join(first_of_thread.setdefault(thread, number), number)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(forest.root(number), len(numbers)) for number in range(len(texts))]


class _Forest:
    """Union-find with path halving; the smallest member is a set's root."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, item: int) -> int:
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low


def _join(forest: _Forest, members: Sequence[int], shingles: Iterator[Words]) -> None:
    """Join the members whose signatures agree in at least ACCEPTED_ESTIMATE of their minima."""
    signatures = _signatures(shingles, len(members))
    width = PERMUTATIONS // BANDS
    for band in range(BANDS):
        pairs = _candidates(signatures[:, band * width : (band + 1) * width])
        roots = np.array([forest.root(member) for member in members])
        pairs = pairs[roots[pairs[:, 0]] != roots[pairs[:, 1]]]  # a huge bucket recurs in every band, joined already
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            part = pairs[start : start + _PAIRS_AT_ONCE]
            alike = (signatures[part[:, 0]] == signatures[part[:, 1]]).mean(axis=1) >= ACCEPTED_ESTIMATE
            for one, other in part[alike].tolist():
                forest.join(members[one], members[other])


def _word_shingles(texts: Sequence[str], members: Sequence[int]) -> Iterator[Words]:
    hashes: dict[str, int] = {}  # a hash of the word itself, not its number: groups do not depend on the order of mails
    for number in members:
        words = _WORD.findall(texts[number])
        for word in words:
            if word not in hashes:
                hashes[word] = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
        yield _shingles(np.array([hashes[word] for word in words], dtype=np.uint64), WORD_SHINGLE)


def _character_shingles(texts: Sequence[str], members: Sequence[int]) -> Iterator[Words]:
    for number in members:
        codes = np.frombuffer(texts[number].encode("utf-32-le"), dtype="<u4").astype(np.uint64)
        yield _shingles(_mixed(codes), CHARACTER_SHINGLE)


def _shingles(hashes: Words, width: int) -> Words:
    """One hash per ``width`` consecutive ones (a single one for fewer)."""
    count = max(1, len(hashes) - width + 1)
    padded = np.zeros(count + width - 1, dtype=np.uint64)
    padded[: len(hashes)] = hashes
    combined = np.zeros(count, dtype=np.uint64)
    for offset in range(width):
        combined = combined * np.uint64(0x100000001B3) + padded[offset : offset + count]
    return _mixed(combined)


def _mixed(values: Words) -> Words:
    """SplitMix64's finaliser (Steele et al. 2014): spreads each input bit over all output bits."""
    values = (values + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _signatures(shingles: Iterator[Words], count: int) -> Signatures:
    """Per text the minimum of each permutation's hash, its upper 32 bits: shape (texts, PERMUTATIONS)."""
    found = np.empty((count, PERMUTATIONS), dtype=np.uint32)
    start, pending, size = 0, [], 0
    for shingle in shingles:
        pending.append(shingle)
        size += len(shingle)
        if size >= _SHINGLES_AT_ONCE:
            found[start : start + len(pending)] = _minima(pending)
            start, pending, size = start + len(pending), [], 0
    if pending:
        found[start:] = _minima(pending)
    return found


def _minima(shingles: Sequence[Words]) -> Signatures:
    values = np.concatenate(shingles)
    starts = np.cumsum([0, *(len(one) for one in shingles[:-1])])
    factors, summands = _permutations()
    found = np.empty((len(shingles), PERMUTATIONS), dtype=np.uint32)
    for number in range(PERMUTATIONS):
        hashed = ((values * factors[number] + summands[number]) >> np.uint64(32)).astype(np.uint32)
        found[:, number] = np.minimum.reduceat(hashed, starts)
    return found


def _permutations() -> tuple[Words, Words]:
    """Factors and summands of multiply-shift hashing (Dietzfelbinger 1996): 64 bits, the factors odd."""
    random = _mixed(np.arange(2 * PERMUTATIONS, dtype=np.uint64))
    return random[:PERMUTATIONS] | np.uint64(1), random[PERMUTATIONS:]


def _candidates(band: Signatures) -> Pairs:
    """Pairs of texts that agree in a band, as rows of two indices; see the module's docstring for large buckets."""
    keys = _bucket_keys(band)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(keys)]
    first = np.maximum.accumulate(np.where(begins, np.arange(len(keys)), 0))
    found = [np.stack([order[first[~begins]], order[~begins]], axis=1)]
    for offset in range(1, min(_NEIGHBOURS, len(keys) - 1) + 1):
        same = ordered[offset:] == ordered[:-offset]
        found.append(np.stack([order[:-offset][same], order[offset:][same]], axis=1))
    return np.concatenate(found)


def _bucket_keys(minima: Signatures) -> Words:
    keys = np.zeros(len(minima), dtype=np.uint64)
    for column in range(minima.shape[1]):
        keys = _mixed(keys * np.uint64(0x100000001B3) + minima[:, column])
    return keys
