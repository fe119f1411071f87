"""Forest plot: hazard ratios with their confidence intervals on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from NEMOPETLib.report.illustration import (
    BLACK,
    BLUE,
    GREY,
    SMALL,
    WIDTH,
    Illustration,
    canvas,
    plain_axes,
    tick_labels,
    write,
)
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.report.typesetting import wrapped
from NEMOPETLib.survival.times import Floats

_LABEL_POINTS = 105.0
_TICKS = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0])
_MANY_TICKS = 50.0  # in a range wider than this only powers of ten have room
_WIDEST = 100.0  # intervals beyond are drawn as arrows to the edge


@dataclass(frozen=True)
class ForestRow:
    """A hazard ratio with its interval: of what, and of which difference (``per SD``, ``yes against no``)."""

    label: str
    contrast: str
    ratio: float
    lower: float
    upper: float


def forest_figure(rows: Sequence[ForestRow], title: str, say: Phrases) -> Illustration:
    """Draw hazard ratios, the first row uppermost; what cannot be estimated is only named."""
    labels = [wrapped(row.label, _LABEL_POINTS, SMALL) for row in rows]
    heights = [max(2, len(lines) + 1) for lines in labels]
    figure, band = canvas(title, WIDTH, 0.75 + 0.15 * sum(heights))
    axes = plain_axes(figure.subplots(), x_label=say("axis_hazard_ratio"))
    axes.set_xscale("log")
    low, high = _range(rows)
    axes.set_xlim(low, high)
    axes.minorticks_off()
    choice = _TICKS[::3] if high / low > _MANY_TICKS else _TICKS
    ticks = [tick for tick in choice if low <= tick <= high]
    tick_labels(axes, "x", ticks, [say.significant(tick, 1) for tick in ticks])
    middles = np.cumsum(heights) - np.array(heights) / 2
    axes.set_ylim(sum(heights), -0.1)
    axes.axvline(1.0, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    for row, middle in zip(rows, middles, strict=True):
        _draw(axes, row, float(middle), (low, high))
        estimate = say.estimate(row.ratio, row.lower, row.upper)
        write(axes, 1.03, float(middle), estimate, transform=axes.get_yaxis_transform(), va="center")
    texts = ["\n".join([*lines, row.contrast]) for lines, row in zip(labels, rows, strict=True)]
    tick_labels(axes, "y", middles, texts)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    said = say.listed(f"{row.label} {say.estimate(row.ratio, row.lower, row.upper)}" for row in rows)
    return Illustration(title, say("alt_forest", rows=said), figure, band)


def _range(rows: Sequence[ForestRow]) -> tuple[float, float]:
    """Limits that hold the intervals, 1 and a tick on either side of it."""
    ends = np.array([[row.lower, row.upper] for row in rows] + [[0.5, 2.0]])
    usable: Floats = ends[np.isfinite(ends) & (ends > 0)]
    low = max(1 / _WIDEST, float(usable.min()) / 1.15)
    return min(low, 0.8), max(min(_WIDEST, float(usable.max()) * 1.15), 1.25)


def _draw(axes: Axes, row: ForestRow, height: float, limits: tuple[float, float]) -> None:
    if not (np.isfinite(row.ratio) and row.ratio > 0):
        return
    ends = np.clip([row.lower, row.upper], *limits)
    axes.plot(ends, [height, height], color=BLACK, linewidth=1.4, solid_capstyle="butt")
    for end, edge, marker in zip((row.lower, row.upper), limits, "<>", strict=True):
        if not (limits[0] <= end <= limits[1]):
            axes.plot([edge], [height], marker=marker, color=BLACK, markersize=5, clip_on=False)
    axes.plot([np.clip(row.ratio, *limits)], [height], marker="s", color=BLUE, markersize=6)
