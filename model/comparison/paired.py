"""Whether two models that judged the same mails differ by more than chance.

Mails are taken as independent of each other, as in model/evaluation/bootstrap.py; the two models' answers to one mail
are not, so mails are drawn and tested in pairs.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.comparison.results import Difference, Scores
from model.evaluation.bootstrap import LEVEL, RESAMPLES, SEED

Floats = NDArray[np.float64]


def scores_of(truth: Sequence[str], said: Sequence[str], labels: Sequence[str]) -> Scores:
    """Accuracy, and F1 averaged over ``labels``, which hold every true label."""
    accuracy, macro_f1 = _scores(np.ones((1, len(truth))), *_coded(truth, said, labels), len(labels))
    return Scores(accuracy=float(accuracy[0]), macro_f1=float(macro_f1[0]))


def differences(
    truth: Sequence[str], challenger: Sequence[str], champion: Sequence[str], labels: Sequence[str]
) -> tuple[Difference, Difference]:
    """The challenger's accuracy and macro-F1 minus the champion's, each with its seeded percentile interval.

    Equal mails are one cell of a table, and drawing n mails with replacement is drawing its cells from a multinomial
    distribution. Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    true, first = _coded(truth, challenger, labels)
    _, second = _coded(truth, champion, labels)
    cells, counts = np.unique(np.stack([true, first, second]), axis=1, return_counts=True)
    total = int(counts.sum())
    drawn = np.random.default_rng(SEED).multinomial(total, counts / total, size=RESAMPLES).astype(np.float64)
    weights = np.concatenate([counts[None].astype(np.float64), drawn])
    one = _scores(weights, cells[0], cells[1], len(labels))
    other = _scores(weights, cells[0], cells[2], len(labels))
    accuracy, macro_f1 = (_difference(mine - theirs) for mine, theirs in zip(one, other, strict=True))
    return accuracy, macro_f1


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p-value for the mails that only one of two models got right. McNemar, Psychometrika 12."""
    n, fewer = only_first + only_second, min(only_first, only_second)
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n)


def _difference(drawn: Floats) -> Difference:
    """The first value is the one that was measured, the others those of the resamples."""
    low, high = np.quantile(drawn[1:], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Difference(value=float(drawn[0]), low=float(low), high=float(high))


def _coded(
    truth: Sequence[str], said: Sequence[str], labels: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of the labels; a label outside of them gets one of its own, behind them."""
    place = {label: number for number, label in enumerate(labels)}
    return (
        np.array([place[label] for label in truth], dtype=np.int64),
        np.array([place.get(label, len(labels)) for label in said], dtype=np.int64),
    )


def _scores(weights: Floats, truth: NDArray[np.int64], said: NDArray[np.int64], labels: int) -> tuple[Floats, Floats]:
    """(resamples): accuracy and macro-F1 where cell j occurs ``weights[i, j]`` times."""
    one_hot = np.eye(labels + 1)[:, :labels]
    right = truth == said
    hits = weights[:, right] @ one_hot[truth[right]]
    support, predicted = weights @ one_hot[truth], weights @ one_hot[said]
    # Each resample averages over the labels that its mails have; hits of a label without a mail are 0.
    f1 = np.divide(2 * hits, support + predicted, out=np.zeros_like(hits), where=support > 0)
    return hits.sum(axis=1) / weights.sum(axis=1), f1.sum(axis=1) / (support > 0).sum(axis=1)
