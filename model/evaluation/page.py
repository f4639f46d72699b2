"""What all pages share: the templates with their style, and how numbers look on them."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from model.evaluation.results import Interval

Fact = str | int | float | bool | None

_TEMPLATES = Path(__file__).parent / "templates"
_THIN_SPACE = "\u202f"


def page_environment(more: Sequence[Path] = ()) -> Environment:
    """Templates from ``more`` folders and from the report's, all text escaped and every name checked."""
    environment = Environment(
        loader=FileSystemLoader([*more, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=_percent,
        points=_points,
        decimal=_decimal,
        range=_range,
        whole=_whole,
        duration=_duration,
        fact=_fact,
        signed=_signed,
        probability=_probability,
    )
    return environment


def _points(value: float) -> str:
    return f"{value * 100:.1f}"


def _percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value * 100:.{digits}f}{_THIN_SPACE}%"


def _signed(value: float, digits: int = 3) -> str:
    return f"{value:+.{digits}f}".replace("-", "\u2212")


def _probability(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _range(interval: Interval, unit: str) -> str:
    if unit == "%":
        return f"{interval.low * 100:.1f}–{interval.high * 100:.1f}"
    return f"{interval.low:.3f}–{interval.high:.3f}"


def _whole(value: int) -> str:
    return f"{value:,}".replace(",", _THIN_SPACE)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min")) if hours else ((minutes, "min"), (rest, "s"))
    return " ".join(f"{value}{_THIN_SPACE}{unit}" for value, unit in parts if value) or f"0{_THIN_SPACE}s"


def _fact(value: Fact) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
