"""The metrics that a training job's log lines tell, by the job's own definitions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric and its values in the order in which they were printed."""

    name: str
    values: tuple[float, ...]


def metrics_in(lines: Iterable[str], definitions: Sequence[Mapping[str, str]]) -> tuple[Metric, ...]:
    """The defined metrics that occur; a text that is no number is left out."""
    patterns = [(one["Name"], re.compile(one["Regex"])) for one in definitions]
    values: dict[str, list[float]] = {}
    for line in lines:
        for name, pattern in patterns:
            for found in pattern.findall(line):
                try:
                    values.setdefault(name, []).append(float(found[0] if isinstance(found, tuple) else found))
                except ValueError:
                    continue
    return tuple(Metric(name=name, values=tuple(series)) for name, series in values.items() if series)
