"""Thresholds for automatic routing that keep a promised precision, as far as the validation mails can prove it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from mailroom.policy import NEVER, Policy

# Confidence of each bound. The cut is chosen among many on the same mails, for which it is not corrected: the promise
# is an estimate on the safe side of the mean, and the report on unseen mails says how far it is kept.
_BOUND_CONFIDENCE = 0.95
# With this many mails a label speaks for itself: if it cannot prove the precision, the pool must not vouch for it.
_ENOUGH = 100


@dataclass(frozen=True, kw_only=True)
class Routed:
    """Validation mails: predicted routing label, its confidence, and whether it was right."""

    labels: Sequence[str]
    confidences: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]


def lower_bound(right: int, total: int) -> float:
    """One-sided Clopper-Pearson bound of a precision: 59 of 59 prove 0.95 (0.9505), fewer prove less."""
    if right == 0:
        return 0.0
    return float(beta.ppf(1 - _BOUND_CONFIDENCE, right, total - right + 1))


def threshold(confidences: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], *, precision: float) -> float:
    """The least confidence from which on the mails prove ``precision``; NEVER if no threshold does."""
    order = np.argsort(-confidences, kind="stable")
    hits = np.cumsum(right[order])
    best = NEVER
    for count, (hit, confidence) in enumerate(zip(hits, confidences[order], strict=True), start=1):
        last_of_tie = count == len(order) or confidences[order[count]] < confidence
        if last_of_tie and lower_bound(int(hit), count) >= precision:
            best = float(confidence)
    return best


def fit_policy(routed: Routed, *, routing_task: str, labels: Sequence[str], precision: float, version: str) -> Policy:
    """One threshold per label with evidence of its own, a pooled one for the others.

    Where not even all mails together prove the precision, nothing is routed automatically.
    """
    pooled = threshold(routed.confidences, routed.right, precision=precision)
    predicted = np.array(list(routed.labels))
    own: dict[str, float] = {}
    for label in labels:
        mine = predicted == label if len(predicted) else np.zeros(0, dtype=bool)
        found = threshold(routed.confidences[mine], routed.right[mine], precision=precision)
        if found < NEVER or mine.sum() >= _ENOUGH:
            own[label] = found
    return Policy(
        version=version, routing_task=routing_task, target_precision=precision, default_threshold=pooled, thresholds=own
    )


def routing_task(tasks: Sequence[str], queue_targets: Mapping[str, bool]) -> str:
    """The task that mails are routed by: the one whose labels have queue targets, else ``queue``, else the first."""
    for task in tasks:
        if queue_targets.get(task):
            return task
    return "queue" if "queue" in tasks else tasks[0]
