"""The statistic of a cut-point search at every candidate: how much better is the chosen cut than its neighbours?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from NEMOPETLib.report.illustration import (
    BLUE,
    GREY,
    PALE,
    SMALL,
    VERMILLION,
    WIDTH,
    Illustration,
    canvas,
    darker,
    note_below,
    plain_axes,
    tick_labels,
    write,
)
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.survival.times import Floats

_TICKS = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0])


@dataclass(frozen=True, eq=False)
class Profile:
    """A search over cuts of a positive score.

    Parameters
    ----------
    cuts, statistic
        (c,) candidates, rising, and what is maximised at each.
    name
        What the statistic is called.
    scores
        (n,) scores of the patients: cuts outside the candidates are not admissible.
    chosen
        The cut or cuts that were chosen.
    reference
        Value above which a single test would be significant (1.96 for a normal statistic), or None.
    """

    cuts: Floats
    statistic: Floats
    name: str
    scores: Floats
    chosen: Sequence[float]
    reference: float | None


def cut_profile_figure(profile: Profile, notes: Sequence[str], title: str, say: Phrases) -> Illustration:
    """Draw a search; ``notes`` (the p-values, and whether they are corrected) are written below the curve."""
    figure, band = canvas(title, WIDTH, 2.7 + 0.16 * len(notes))
    axes = plain_axes(figure.subplots(), say("axis_cut"), profile.name)
    axes.set_xscale("log")
    low, high = _range(profile)
    axes.set_xlim(low, high)
    axes.minorticks_off()
    ticks = _ticks(low, high)
    tick_labels(axes, "x", ticks, [say.significant(tick, 2) for tick in ticks])
    top = float(np.nanmax(profile.statistic))
    axes.set_ylim(min(0.0, float(np.nanmin(profile.statistic))), max(top, profile.reference or 0.0) * 1.28 or 1.0)
    for start, end in ((low, float(profile.cuts[0])), (float(profile.cuts[-1]), high)):
        axes.axvspan(start, end, facecolor=PALE, alpha=0.6, hatch="///", edgecolor="white", linewidth=0)
    axes.plot(profile.cuts, profile.statistic, color=BLUE, linewidth=1.4)
    if profile.reference is not None:
        axes.axhline(profile.reference, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
        label = say("naive_limit", value=say.number(profile.reference, 2))
        style = {"transform": axes.get_yaxis_transform(), "color": GREY, "va": "bottom", "ha": "right"}
        write(axes, 0.99, profile.reference, label, **style, bbox={"color": "white", "pad": 1, "alpha": 0.8})
    _mark_chosen(axes, profile, (low, high), say)
    ticks_y = [tick for tick in axes.get_yticks() if axes.get_ylim()[0] <= tick <= axes.get_ylim()[1]]
    tick_labels(axes, "y", ticks_y, [say.significant(tick, 2) for tick in ticks_y])
    note_below(axes, notes)
    return Illustration(title, _alternative(profile, notes, say), figure, band)


def _range(profile: Profile) -> tuple[float, float]:
    """From a little below to a little above the candidates, or as far as all but 1 % of the scores at either end."""
    low, high = np.quantile(profile.scores, [0.01, 0.99])
    return min(float(low), float(profile.cuts[0]) * 0.9), max(float(high), float(profile.cuts[-1]) * 1.1)


def _mark_chosen(axes: Axes, profile: Profile, limits: tuple[float, float], say: Phrases) -> None:
    for index, cut in enumerate(profile.chosen):
        axes.axvline(cut, color=VERMILLION, linewidth=1.2, linestyle=(0, (5, 1.5)))
        late = np.log(cut / limits[0]) > 0.6 * np.log(limits[1] / limits[0])
        right = index == 0 if len(profile.chosen) > 1 else late  # of two the lower's number stands left of it
        axes.annotate(
            say.significant(cut, 3),
            (cut, 0.985),
            xycoords=axes.get_xaxis_transform(),
            xytext=(-3 if right else 3, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top",
            size=SMALL,
            color=darker(VERMILLION),
            parse_math=False,
        )


def _ticks(low: float, high: float) -> list[float]:
    """Up to seven round numbers in the range, or its ends."""
    inside = [float(tick) for tick in _TICKS if low <= tick <= high]
    if len(inside) < 2:
        return [low, high]
    return inside[:: 1 + (len(inside) - 1) // 7]


def _alternative(profile: Profile, notes: Sequence[str], say: Phrases) -> str:
    first = say(
        "alt_profile",
        statistic=profile.name,
        n=int(profile.cuts.size),
        low=say.significant(float(profile.cuts[0])),
        high=say.significant(float(profile.cuts[-1])),
        top=say.number(float(np.nanmax(profile.statistic)), 2),
        cuts=", ".join(say.significant(cut) for cut in profile.chosen),
    )
    return " ".join([first, *(f"{note}." for note in notes)])
