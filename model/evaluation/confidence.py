"""Whether a confidence is worth what it says: calibration error, and what is gained by acting only on the sure ones."""

import numpy as np
from numpy.typing import NDArray

from model.evaluation.results import CalibrationBin, CoveragePoint

BINS = 10
CURVE_POINTS = 60


def calibration_bins(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], *, bins: int = BINS
) -> tuple[CalibrationBin, ...]:
    """Up to ``bins`` bins of about equally many mails, from the least to the most confident (both arrays: n).

    Mails of one confidence never part, so bins differ in size, and get fewer, where confidences repeat. Bins of equal
    mass rather than width: Nguyen and O'Connor, EMNLP 2015, https://aclanthology.org/D15-1182.
    """
    n = len(confidence)
    edges = np.sort(confidence)[[n * number // bins for number in range(1, bins)]]
    member = np.searchsorted(edges, confidence, side="right")
    return tuple(
        CalibrationBin(
            lower=float(confidence[inside].min()),
            upper=float(confidence[inside].max()),
            n=int(inside.sum()),
            mean_confidence=float(confidence[inside].mean()),
            accuracy=float(right[inside].mean()),
        )
        for inside in (member == number for number in range(bins))
        if inside.any()
    )


def expected_calibration_error(bins: tuple[CalibrationBin, ...]) -> float:
    """How far confidence and accuracy lie apart, averaged over the mails: sum of n_b/n * |accuracy_b - confidence_b|.

    Naeini, Cooper and Hauskrecht, AAAI 2015.
    """
    return sum(b.n * abs(b.accuracy - b.mean_confidence) for b in bins) / sum(b.n for b in bins)


def risk_coverage(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], *, points: int = CURVE_POINTS
) -> tuple[CoveragePoint, ...]:
    """Accuracy against the share kept, for thresholds from strict to lenient; the last point keeps every mail.

    Each point is an achievable threshold, as mails of one confidence are kept or left together; of all such
    thresholds about ``points``, evenly spread over the share, are returned. El-Yaniv and Wiener, JMLR 11 (2010).
    """
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    kept = np.append(np.flatnonzero(ranked[:-1] != ranked[1:]), len(ranked) - 1) + 1
    accuracy = np.cumsum(right[order])[kept - 1] / kept
    wanted = np.linspace(1, len(ranked), num=min(points, len(ranked)))
    chosen = np.unique(np.searchsorted(kept, np.floor(wanted)))
    return tuple(
        CoveragePoint(
            threshold=float(ranked[kept[i] - 1]), coverage=float(kept[i] / len(ranked)), accuracy=float(accuracy[i])
        )
        for i in chosen
    )


def coverage_at_accuracy(curve: tuple[CoveragePoint, ...], accuracy: float) -> CoveragePoint | None:
    """The point of the curve that keeps the most mails with at least this accuracy; None if none has it."""
    return max((p for p in curve if p.accuracy >= accuracy), key=lambda p: p.coverage, default=None)


def wilson_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share seen over ``n`` mails, sound for few mails too. Wilson, JASA 22 (1927)."""
    z = 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * ((share * (1 - share) + z * z / (4 * n)) / n) ** 0.5
    # The share itself lies in the interval; rounding must not push it out where it is 0 or 1.
    return min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)
