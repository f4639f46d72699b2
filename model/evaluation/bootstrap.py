"""How far a score could be off, had other mails of the same kind been drawn: seeded percentile bootstrap.

Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13. Mails are taken as independent of each other.
"""

import numpy as np
from numpy.typing import NDArray

from model.evaluation.results import Interval

RESAMPLES = 500
SEED = 20_260
LEVEL = 0.95


def confusion_intervals(
    counts: NDArray[np.int64], *, resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[Interval, Interval]:
    """The 95 % intervals of accuracy and macro-F1 for a confusion matrix (labels x labels, true label by row).

    Drawing n mails with replacement is drawing the cells of the matrix from a multinomial distribution, so that all
    resamples are made at once without touching the mails. Macro-F1 runs over the labels that occur in the resample;
    where many labels have a mail or two, its interval lies low, as a resample repeats mails and misses others.
    """
    truth, predicted = np.nonzero(counts)
    cells = counts[truth, predicted]
    total = int(cells.sum())
    drawn = np.random.default_rng(seed).multinomial(total, cells / total, size=resamples).astype(np.float64)

    one_hot = np.eye(len(counts))
    hits = drawn[:, truth == predicted] @ one_hot[truth[truth == predicted]]
    occurrences = drawn @ (one_hot[truth] + one_hot[predicted])
    f1 = np.divide(2 * hits, occurrences, out=np.zeros_like(hits), where=occurrences > 0)
    macro_f1 = f1.sum(axis=1) / (occurrences > 0).sum(axis=1)
    return _percentiles(hits.sum(axis=1) / total), _percentiles(macro_f1)


def share_interval(right: int, total: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> Interval:
    """The 95 % interval of the share ``right / total``; ``total`` is at least 1."""
    return _percentiles(np.random.default_rng(seed).binomial(total, right / total, size=resamples) / total)


def _percentiles(values: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(low=float(low), high=float(high))
