"""Scaled Schoenfeld residuals over time with a smooth: does the effect of a variable change?

The smooth is a natural cubic spline of four degrees of freedom with a band of twice its standard error, as R's
``plot.cox.zph`` draws it (Therneau & Grambsch, Modeling Survival Data, 2000, ch. 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from NEMOPETLib.report.figure_kaplan_meier import TimeAxis
from NEMOPETLib.report.illustration import (
    BLUE,
    GREY,
    SMALL,
    VERMILLION,
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

_DEGREES = 4
_FEWEST = 10  # death times that carry a smooth
_HEAD_POINTS = 108.0
_TIMES = (0.08, 0.36, 0.64, 0.92)  # quantiles of the death times that are labelled


@dataclass(frozen=True, eq=False)
class Residuals:
    """One coefficient's (d,) scaled Schoenfeld residuals plus β, its β, standard error and test."""

    label: str
    values: Floats
    coef: float
    se: float
    p: float


def zph_figure(
    terms: Sequence[Residuals], transformed: Floats, times: Floats, time: TimeAxis, title: str, say: Phrases
) -> Illustration:
    """Draw the residuals of each coefficient.

    Parameters
    ----------
    terms
        The coefficients.
    transformed, times
        (d,) place on the axis, and death time, of each residual.
    time, title, say
        Axis of time, title and language.
    """
    columns = min(2, len(terms))
    rows = -(-len(terms) // columns)
    figure, band = canvas(title, WIDTH if columns > 1 else 3.2, 0.25 + 1.75 * rows)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels[len(terms) :]:
        axes.set_visible(False)
    for index, (axes, term) in enumerate(zip(panels, terms, strict=False)):
        last = index >= len(terms) - columns
        plain_axes(axes, say("axis_time", unit=time.unit) if last else "", say("axis_beta"))
        _draw(axes, term, transformed)
        _label_times(axes, transformed, times, say)
        head = "\n".join([*wrapped(term.label, _HEAD_POINTS, SMALL), say.p_equals(term.p)])
        write(axes, 0.0, 1.02, head, transform=axes.transAxes, va="bottom", linespacing=1.1)
    said = say.listed(f"{term.label} {say.p_equals(term.p)}" for term in terms)
    return Illustration(title, say("alt_zph", terms=said), figure, band)


def _draw(axes: Axes, term: Residuals, transformed: Floats) -> None:
    axes.plot(transformed, term.values, linestyle="none", marker="o", markersize=2.6, color=GREY, alpha=0.6)
    axes.axhline(term.coef, color=VERMILLION, linewidth=1, linestyle=(0, (5, 1.5)))
    if np.unique(transformed).size >= _FEWEST:
        grid, smooth, half = spline_smooth(transformed, term.values, term.se)
        axes.fill_between(grid, smooth - half, smooth + half, color=BLUE, alpha=0.15, linewidth=0)
        axes.plot(grid, smooth, color=BLUE, linewidth=1.5)
    axes.locator_params(axis="y", nbins=5)


def _label_times(axes: Axes, transformed: Floats, times: Floats, say: Phrases) -> None:
    order = np.argsort(times, kind="stable")
    places = [order[round(share * (order.size - 1))] for share in _TIMES] if order.size > 4 else order[[0, -1]]
    labels = [say.significant(float(times[place]), 3 if times[place] >= 100 else 2) for place in places]
    tick_labels(axes, "x", [float(transformed[place]) for place in places], labels)
    ticks = [tick for tick in axes.get_yticks() if axes.get_ylim()[0] <= tick <= axes.get_ylim()[1]]
    tick_labels(axes, "y", ticks, [say.significant(tick, 2) for tick in ticks])


def spline_smooth(x: Floats, y: Floats, se: float, points: int = 60) -> tuple[Floats, Floats, Floats]:
    """Fit a natural cubic spline and give its grid, values and twice the standard error.

    Parameters
    ----------
    x, y
        (d,) places and scaled residuals.
    se
        Standard error of the coefficient: the variance of a residual is d times its square.
    points
        Size of the grid.
    """
    knots = np.quantile(x, np.linspace(0, 1, _DEGREES))
    grid = np.linspace(x.min(), x.max(), points)
    base, on_grid = natural_basis(x, knots), natural_basis(grid, knots)
    inverse = np.linalg.pinv(base.T @ base)
    spread = np.sqrt(np.sum((on_grid @ inverse) * on_grid, axis=1) * x.size) * se
    return grid, on_grid @ (inverse @ (base.T @ y)), 2 * spread


def natural_basis(x: Floats, knots: Floats) -> Floats:
    """(n, k) basis of the natural cubic splines of k knots: 1, x and k − 2 truncated cubics.

    Source: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), eq. 5.4 and 5.5.
    """
    scaled, places = ((values - knots[0]) / (knots[-1] - knots[0]) for values in (x, knots))

    def truncated(index: int) -> Floats:
        above = np.maximum(scaled - places[index], 0) ** 3 - np.maximum(scaled - places[-1], 0) ** 3
        return above / (places[-1] - places[index])

    last = truncated(places.size - 2)
    cubics = [truncated(index) - last for index in range(places.size - 2)]
    return np.column_stack([np.ones(x.size), scaled, *cubics])
