"""Heat map of Spearman's correlations, each with its sign and value."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from NEMOPETLib.report.illustration import SMALL, Illustration, canvas, plain_axes, tick_labels, write
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.report.typesetting import text_width
from NEMOPETLib.survival.times import Floats

_CELL = 0.39  # inches
_DARK = 0.65  # beyond, the colour is too dark for black text
_FEW = 5
_NAMED = 5  # strongest correlations told in the text alternative
_COLOURS = mpl.colormaps["PuOr_r"].resampled(41)  # two colours that the colour-blind tell apart, pale at 0


def correlation_figure(names: Sequence[str], rho: Floats, title: str, say: Phrases) -> Illustration:
    """Draw the lower triangle of a (p, p) matrix of correlations; NaN where there is none.

    Parameters
    ----------
    names
        p names as shown.
    rho
        The correlations, between −1 and 1.
    title, say
        Title and language.
    """
    size = len(names) - 1
    margin = max(text_width(name, SMALL) for name in names) / 72 + 0.2
    side = _CELL * size
    figure, band = canvas(title, side + margin + 0.1, side + margin)
    axes = plain_axes(figure.subplots())
    shown = np.ma.masked_invalid(np.where(np.tri(size, dtype=bool), rho[1:, :-1], np.nan))
    picture = axes.pcolormesh(shown, cmap=_COLOURS, vmin=-1, vmax=1, edgecolor="white", linewidth=0.5)
    axes.set(aspect="equal", ylim=(size, 0))
    for row in range(size):
        for column in range(row + 1):
            _value(axes, row, column, float(rho[row + 1, column]), say)
    tick_labels(axes, "y", [place + 0.5 for place in range(size)], names[1:])
    tick_labels(axes, "x", [place + 0.5 for place in range(size)], names[:-1], rotation=90)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    bar = figure.colorbar(picture, cax=axes.inset_axes((0.78, 0.58, 0.025, 0.4)))
    ends = (-1.0, -0.5, 0.0, 0.5, 1.0)[:: 1 if size > _FEW else 2]
    tick_labels(bar.ax, "y", ends, [say.number(end, 1) for end in ends])
    bar.outline.set_visible(False)
    return Illustration(title, _alternative(names, rho, say), figure, band, wide=size > 8)


def _value(axes: Axes, row: int, column: int, rho: float, say: Phrases) -> None:
    text = say.number(rho, 2)  # a dash where there is none
    colour = "white" if abs(rho) > _DARK else "black"
    write(axes, column + 0.5, row + 0.5, text, ha="center", va="center", color=colour)


def _alternative(names: Sequence[str], rho: Floats, say: Phrases) -> str:
    rows, columns = np.tril_indices(len(names), -1)
    usable = np.isfinite(rho[rows, columns])
    rows, columns = rows[usable], columns[usable]
    strongest = np.argsort(-np.abs(rho[rows, columns]), kind="stable")[:_NAMED]
    pairs = say.listed(
        say("correlated", one=names[columns[i]], other=names[rows[i]], rho=say.number(rho[rows[i], columns[i]], 2))
        for i in strongest
    )
    return say("alt_correlation", n=len(names), pairs=pairs)
