"""Random draws that depend on the seed and on what is drawn, never on what was drawn before."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")


def digest(*key: object) -> str:
    """SHA-256 over the parts of the key, as 64 hexadecimal digits."""
    return hashlib.sha256("\x1f".join(map(str, key)).encode("utf-8")).hexdigest()


def rng_for(*key: object) -> random.Random:
    """A random generator of its own for this key."""
    return random.Random(int(digest(*key)[:16], 16))  # noqa: S311 - invents mails, guards nothing


def weighted(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One key, drawn with a probability in proportion to its weight."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def maybe(rng: random.Random, probability: float, options: Sequence[T]) -> T | None:
    """With that probability one of the options, else None; None too when there is no option."""
    chosen = rng.random() < probability
    return rng.choice(options) if chosen and options else None


def among_hundred(count: int, number: int, *key: object) -> bool:
    """Whether ``number`` (from 0) is one of the ``count`` numbers picked in its hundred: an exact share."""
    hundred, position = divmod(number, 100)
    return position in _picked(count, *key, hundred)


@lru_cache(maxsize=64)
def _picked(count: int, *key: object) -> frozenset[int]:
    return frozenset(rng_for(*key).sample(range(100), count))


class Rota:
    """An endless sequence of keys in which each key keeps its share at every length, give or take about one.

    Smooth weighted round robin: each turn adds a key's share to its credit, and the key with the most credit pays one.
    """

    def __init__(self, weights: Mapping[str, float], rng: random.Random | None = None) -> None:
        total = sum(weights.values())
        self._shares = {key: weight / total for key, weight in weights.items()}
        self._credit = {key: rng.random() / 2 if rng else 0.0 for key in weights}

    def next(self) -> str:
        """The key whose turn it is."""
        for key, share in self._shares.items():
            self._credit[key] += share
        turn = max(self._credit, key=self._credit.__getitem__)
        self._credit[turn] -= 1
        return turn
