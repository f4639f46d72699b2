"""What was measured, as single values with their times, and the statistics of a period of them."""

import math
import re
import statistics
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from local.alarms.errors import AlarmError
from local.alarms.metric_math.evaluation import Series

_SIMPLE: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Sum": math.fsum,
    "Average": statistics.fmean,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """A metric as CloudWatch tells them apart; ``dimensions``: pairs of name and value."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One value of a metric; ``at``: seconds since 1970."""

    metric: Metric
    at: float
    value: float


class Samples:
    """The values of the metrics that somebody asks for, for as long as anybody does."""

    def __init__(self) -> None:
        self._kept: Mapping[Metric, float] = {}
        self._samples: defaultdict[Metric, deque[tuple[float, float]]] = defaultdict(deque)

    def keep(self, seconds: Mapping[Metric, float]) -> None:
        """From now on keep the values of these metrics alone, each for so long."""
        self._kept = dict(seconds)
        for metric in set(self._samples) - set(self._kept):
            del self._samples[metric]

    def add(self, sample: Sample) -> None:
        """Take one in, if it is kept at all."""
        if sample.metric in self._kept:
            self._samples[sample.metric].append((sample.at, sample.value))

    def forget(self, now: float) -> None:
        """Drop what is older than it is kept for."""
        for metric, samples in self._samples.items():
            oldest = now - self._kept[metric]
            while samples and samples[0][0] < oldest:
                samples.popleft()

    def series(self, metric: Metric, statistic: str, *, length: float, periods: Sequence[int]) -> Series:
        """The statistic over each of ``periods``, of ``length`` seconds: number N begins N lengths after 1970."""
        values: defaultdict[int, list[float]] = defaultdict(list)
        for at, value in self._samples.get(metric, ()):
            values[math.floor(at / length)].append(value)
        of = statistic_of(statistic)
        return {period: float(of(values[period])) for period in periods if period in values}


def statistic_of(name: str) -> Callable[[Sequence[float]], float]:
    """What makes one number of a period's values; raises AlarmError."""
    if name in _SIMPLE:
        return _SIMPLE[name]
    found = re.fullmatch(r"p(\d{1,2}(?:\.\d+)?|100)", name)
    if found is None:
        raise AlarmError(f"The statistic {name!r} is not known here; known are {', '.join(_SIMPLE)} and pNN.")
    share = float(found[1]) / 100
    return lambda values: _percentile(sorted(values), share)


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Between the two nearest values, as far as it lies between them."""
    place = share * (len(ordered) - 1)
    below, above = math.floor(place), math.ceil(place)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
