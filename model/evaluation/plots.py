"""The pictures of the report, as PNG bytes: light background, colours that colour-blind readers tell apart.

Everything is drawn through matplotlib's object interface, so no global figure or backend is touched.
Pictures have twice the resolution of a common screen: shown at half their pixel size they are sharp.
"""

import io
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from model.evaluation.confidence import wilson_interval
from model.evaluation.results import CalibrationBin, ConfusionMatrix, CoveragePoint

DPI = 192
COUNTED_LABELS = 15
"""Up to this many labels, a confusion matrix shows its counts; beyond, only colours."""

INK, QUIET, RULE = "#1b2733", "#5b6b7b", "#dde3ea"
# Blue and vermilion of Okabe and Ito's palette, https://jfly.uni-koeln.de/color/
BLUE = "#0072b2"
_COLOURS = (BLUE, "#d55e00", "#009e73", "#9a5b8c", "#8a7a00")
_RIGHT = LinearSegmentedColormap.from_list("right", ["#f4f8fb", "#9cc8e3", "#3f93c7", "#00568c"])
_WRONG = LinearSegmentedColormap.from_list("wrong", ["#fdf6f0", "#f6c096", "#e5803a", "#a84300"])


def confusion_picture(matrix: ConfusionMatrix, names: Mapping[str, str] | None = None) -> bytes:
    """True labels by row, predicted ones by column; blue is right, orange wrong, by their share of the row.

    ``names`` are shown instead of the labels where it has them.
    """
    counts = np.array(matrix.counts, dtype=np.float64)
    size, small = len(counts), len(counts) > COUNTED_LABELS
    totals = counts.sum(axis=1)
    shares = np.divide(counts, totals[:, None], out=np.zeros_like(counts), where=totals[:, None] > 0)
    shown = [_short((names or {}).get(label, label)) for label in matrix.labels]

    cell = max(0.16, min(0.235, 10.5 / size)) if small else max(0.44, min(1.6, 3 / size))
    side, font = size * cell, 9 if not small else 7.5 if cell > 0.2 else 6
    figure = _figure(side + 3, side + 3, constrained=False)
    axes = _axes_at(figure, left=1.5, bottom=1.5, width=side, height=side)
    edges = np.arange(size + 1) - 0.5
    axes.pcolormesh(edges, edges, _cell_colours(shares), edgecolors="white", linewidth=0.6 if small else 1.5)
    axes.invert_yaxis()
    if not small:
        _write_counts(axes, counts, shares)
    fits = max(map(len, shown)) * 0.085 < cell
    slant: dict[str, Any] = (
        {"rotation": 0}
        if fits
        else {"rotation": 90}
        if small
        else {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
    )
    axes.set_xticks(range(size), shown, fontsize=font, parse_math=False, **slant)
    rows = [f"{name}  ({total:.0f})" for name, total in zip(shown, totals, strict=True)]
    axes.set_yticks(range(size), rows, fontsize=font, parse_math=False)
    axes.tick_params(length=0, colors=INK)
    axes.set_xlabel("predicted", color=QUIET, fontsize=9)
    axes.set_ylabel("true (number of mails)", color=QUIET, fontsize=9)
    for spine in axes.spines.values():
        spine.set_visible(False)
    _colour_key(figure, right=1.5 + side, bottom=1.5 + side + 0.14)
    return _png(figure, tight=True)


def _cell_colours(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    # The square root keeps small shares visible: one mail in fifty gone wrong must not look like none.
    depth = np.sqrt(shares)
    colours = np.where(np.eye(len(shares), dtype=bool)[:, :, None], _RIGHT(depth), _WRONG(depth))
    colours[shares == 0] = (0.972, 0.976, 0.982, 1)
    return colours


def _colour_key(figure: Figure, *, right: float, bottom: float) -> None:
    """Two thin colour bars above the matrix, with the shares of the row they stand for."""
    shares = np.linspace(0, 1, 100)[None, :] ** 2
    for name, colours, place in (("right", _RIGHT, right - 1.32), ("wrong", _WRONG, right)):
        axes = _axes_at(figure, left=place - 0.75, bottom=bottom, width=0.75, height=0.09)
        axes.pcolormesh(colours(np.sqrt(shares)))
        axes.set_xticks([100 * share**0.5 for share in (0.05, 0.3, 1)], ["5", "30", "100 %"], fontsize=6.5)
        axes.set_yticks([])
        axes.tick_params(length=0, pad=1.5, colors=QUIET, labelbottom=False, labeltop=True)
        axes.text(-7, 0.4, name, ha="right", va="center", fontsize=7.5, color=QUIET)
        for spine in axes.spines.values():
            spine.set_visible(False)


def _write_counts(axes: Axes, counts: NDArray[np.float64], shares: NDArray[np.float64]) -> None:
    for row, column in zip(*np.nonzero(counts), strict=True):
        dark = shares[row, column] > 0.5
        axes.text(
            column,
            row,
            f"{counts[row, column]:.0f}",
            ha="center",
            va="center",
            fontsize=9,
            color="white" if dark else INK,
        )


def reliability_picture(bins: Sequence[CalibrationBin]) -> bytes:
    """Accuracy against confidence, one point a bin with its 95 % score interval; the diagonal is perfect."""
    said, true = [b.mean_confidence for b in bins], [b.accuracy for b in bins]
    ranges = [wilson_interval(b.accuracy, b.n) for b in bins]
    lowest = math.floor(min(*said, *(low for low, _ in ranges), 0.9) * 10) / 10
    figure = _figure(4.2, 4.0, constrained=False)
    axes = _axes_at(figure, left=0.72, bottom=0.55, width=3.35, height=3.35)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=(0, (4, 3)))
    errors = [
        [t - low for t, (low, _) in zip(true, ranges, strict=True)],
        [high - t for t, (_, high) in zip(true, ranges, strict=True)],
    ]
    axes.errorbar(
        said, true, yerr=errors, color=BLUE, ecolor="#8fbfdd", elinewidth=1.4, marker="o", markersize=5, linewidth=1.4
    )
    room = (1 - lowest) * 0.03
    axes.set(xlim=(lowest - room, 1 + room), ylim=(lowest - room, 1 + room))
    _style(axes, "confidence", "correct")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    return _png(figure)


def risk_coverage_picture(curve: Sequence[CoveragePoint]) -> bytes:
    """Accuracy of the mails kept against their share, as the confidence threshold falls from left to right."""
    share, accuracy = [p.coverage for p in curve], [p.accuracy for p in curve]
    settled = [p.accuracy for p in curve if p.coverage >= 0.1] or accuracy
    lowest = math.floor(min(*settled, 0.95) * 20) / 20
    figure = _figure(5.2, 4.0, constrained=False)
    axes = _axes_at(figure, left=0.72, bottom=0.55, width=4.3, height=3.35)
    axes.plot(share, accuracy, color=BLUE, linewidth=1.8, clip_on=True)
    axes.plot(share[-1:], accuracy[-1:], color=BLUE, marker="o", markersize=5, clip_on=False)
    axes.annotate(
        f"all mails: {accuracy[-1] * 100:.1f} %",
        (share[-1], accuracy[-1]),
        xytext=(-8, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        color=INK,
        fontsize=9,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )
    room = (1 - lowest) * 0.03
    axes.set(xlim=(0, 1.02), ylim=(lowest - 3 * room, 1 + room))
    _style(axes, "share of mails kept, the surest first", "correct among them")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    return _png(figure)


def history_picture(history: Sequence[Mapping[str, float]]) -> bytes:
    """Losses (left) and scores (right) per epoch. Each entry of ``history`` has ``epoch`` and any named values.

    A value whose name holds "loss" goes to the left; values of other names, 0 to 1, to the right, where macro-F1 is a
    dashed line in the colour of its task's accuracy.
    """
    names = [name for name in dict.fromkeys(key for entry in history for key in entry) if name != "epoch"]
    panels = [
        (title, found)
        for title, found in (
            ("loss", [name for name in names if "loss" in name]),
            ("score", [name for name in names if "loss" not in name]),
        )
        if found
    ]
    figure = _figure(5.4 * max(len(panels), 1), 2.9)
    for position, (title, found) in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), position)
        colours = dict(zip(dict.fromkeys(map(_without_measure, found)), itertools.cycle(_COLOURS)))
        for name in found:
            points = [(entry["epoch"], entry[name]) for entry in history if name in entry]
            axes.plot(
                *zip(*points, strict=True),
                label=name.replace("_", " ").replace(":", " "),
                linewidth=1.5,
                marker="o",
                markersize=3.5,
                linestyle="--" if name.endswith("macro_f1") else "-",
                color=colours[_without_measure(name)],
            )
        _style(axes, "epoch", title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if title == "loss":
            axes.yaxis.set_major_formatter("{x:.2f}")
        axes.legend(
            fontsize=7.5, labelcolor=INK, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), handlelength=2.2
        )
    return _png(figure)


def _without_measure(name: str) -> str:
    return name.removesuffix("accuracy").removesuffix("macro_f1")


def _figure(width: float, height: float, *, constrained: bool = True) -> Figure:
    """An empty figure of that size in inches (96 of a page's pixels each)."""
    layout: Literal["constrained"] | None = "constrained" if constrained else None
    figure = Figure(figsize=(width, height), dpi=DPI, layout=layout, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _axes_at(figure: Figure, *, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a fixed place, all in inches."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def _style(axes: Axes, across: str, up: str) -> None:
    axes.set_xlabel(across, color=QUIET, fontsize=9)
    axes.set_ylabel(up, color=QUIET, fontsize=9)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    axes.grid(color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=INK, labelsize=8.5)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _short(name: str, longest: int = 34) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _png(figure: Figure, *, tight: bool = False) -> bytes:
    stream = io.BytesIO()
    # Without the writer's name and version, equal pictures are equal bytes.
    cut: dict[str, Any] = {"bbox_inches": "tight", "pad_inches": 0.08} if tight else {}
    figure.savefig(stream, format="png", metadata={"Software": None}, **cut)
    return stream.getvalue()
