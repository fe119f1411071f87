"""Kaplan–Meier curves with confidence bands, marks of censoring and the table of those at risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from NEMOPETLib.report.illustration import (
    GREY,
    WIDTH,
    Illustration,
    Mark,
    canvas,
    legend,
    marks,
    note_below,
    plain_axes,
    tick_labels,
    write,
)
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.survival.kaplan_meier import KaplanMeier
from NEMOPETLib.survival.times import Floats

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 48, 60, 120)


@dataclass(frozen=True)
class TimeAxis:
    """The axis of time: its unit as shown, whether that is months, and the times at which survival is told."""

    unit: str
    months: bool
    horizons: tuple[float, ...]


def kaplan_meier_figure(
    curves: Mapping[str, KaplanMeier | None],
    time: TimeAxis,
    notes: Sequence[str],
    title: str,
    say: Phrases,
) -> Illustration:
    """Draw the survival curves of groups.

    Parameters
    ----------
    curves
        Name of each group as shown → its curve, from the lowest risk to the highest; None for an empty group,
        which is only named.
    time
        The axis of time.
    notes
        Lines written into the figure and added to the text alternative: tests and whether they are corrected.
    title, say
        Title and language.
    """
    styles = dict(zip(curves, marks(len(curves)), strict=True))
    drawn = {name: curve for name, curve in curves.items() if curve is not None}
    figure, band = canvas(title, WIDTH, 2.9 + 0.34 * len(curves) + 0.17 * len(notes))
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[2.0, 0.3 + 0.17 * len(curves)])
    ticks = time_ticks(max((float(curve.times[-1]) for curve in drawn.values()), default=1.0), time.months)
    plain_axes(upper, y_label=say("axis_survival"))
    upper.set(xlim=(0, ticks[-1]), ylim=(0, 1.02))
    tick_labels(upper, "y", np.arange(0, 1.1, 0.25), [say.percent(share) for share in np.arange(0, 1.1, 0.25)])
    for name, curve in drawn.items():
        _draw(upper, curve, float(ticks[-1]), styles[name])
    handles = [Line2D([], [], color=style.colour, linestyle=style.dashes, linewidth=1.8) for style in styles.values()]
    labels = [_legend_label(name, curve, say) for name, curve in curves.items()]
    # above and below the axes, where curves of any course are not in the way
    legend(upper, handles, labels, loc="lower left", bbox_to_anchor=(0.0, 1.0))
    note_below(lower, notes)
    plain_axes(lower, x_label=say("axis_time", unit=time.unit))
    _risk_table(lower, curves, styles, ticks, say)
    tick_labels(lower, "x", ticks, [say.number(tick, 0 if float(tick).is_integer() else 1) for tick in ticks])
    lower.spines["left"].set_visible(False)
    return Illustration(title, _alternative(drawn, time, notes, say), figure, band)


def time_ticks(last: float, months: bool) -> Floats:
    """Four to eight ticks from 0 to past the last time; of months such that whole years are among them."""
    if months:
        step = next((step for step in _MONTH_STEPS if last / step <= 7), 240)
        return np.arange(0, last + step * 0.999, step).astype(np.float64)
    places = np.asarray(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(0, last), dtype=np.float64)
    return places[places >= 0]


def _draw(axes: Axes, curve: KaplanMeier, end: float, style: Mark) -> None:
    times = np.concatenate([[0.0], curve.times])
    survival = np.concatenate([[1.0], curve.survival])
    lower, upper = (np.concatenate([[1.0], limit]) for limit in curve.limits())
    axes.fill_between(times, lower, upper, step="post", color=style.colour, alpha=0.16, linewidth=0)
    axes.step(times, survival, where="post", color=style.colour, linestyle=style.dashes, linewidth=1.6)
    censored = (curve.censored > 0) & (curve.times < end)
    axes.plot(
        curve.times[censored], curve.survival[censored], linestyle="none", marker="|", markersize=5, color=style.colour
    )


def _legend_label(name: str, curve: KaplanMeier | None, say: Phrases) -> str:
    if curve is None:
        return say("legend_empty", name=name)
    return say("legend_group", name=name, n=curve.n, events=curve.events)


def _risk_table(
    axes: Axes, curves: Mapping[str, KaplanMeier | None], styles: Mapping[str, Mark], ticks: Floats, say: Phrases
) -> None:
    axes.set(ylim=(len(curves) - 0.3, -1.7))
    axes.tick_params(axis="y", length=0, pad=14)
    tick_labels(axes, "y", [-1.05, *range(len(curves))], [say("at_risk"), *curves])
    axes.get_yticklabels()[0].set(color=GREY)
    for row, (name, curve) in enumerate(curves.items()):
        counts = np.zeros(ticks.size, dtype=int) if curve is None else curve.risk_table(ticks)
        for tick, count in zip(ticks, counts, strict=True):
            write(axes, float(tick), row, say.number(int(count), 0), ha="center", va="center")
        axes.get_yticklabels()[row + 1].set(color=styles[name].ink)


def _alternative(curves: Mapping[str, KaplanMeier], time: TimeAxis, notes: Sequence[str], say: Phrases) -> str:
    horizon = time.horizons[-1]
    parts = []
    for name, curve in curves.items():
        at = curve.at(horizon)
        survival = say.percent_estimate(at.estimate, at.lower, at.upper)
        parts.append(say("alt_kaplan_meier_group", name=name, survival=survival, n=curve.n))
    what = say("alt_kaplan_meier", time=say.number(horizon, 0), unit=time.unit, groups=say.listed(parts))
    return " ".join([what, *(f"{note}." for note in notes)])
