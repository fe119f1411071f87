"""Decision curves: net benefit of deciding by a model, by treating all, and by treating nobody."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from NEMOPETLib.report.illustration import (
    GREY,
    WIDTH,
    Illustration,
    canvas,
    legend,
    marks,
    plain_axes,
    tick_labels,
)
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.survival.decision_curve import DecisionCurve


def decision_figure(curves: Mapping[str, DecisionCurve], horizon: str, title: str, say: Phrases) -> Illustration:
    """Draw the net benefit of models at thresholds of the predicted risk.

    Parameters
    ----------
    curves
        Name of a model → its curve, all of the same patients.
    horizon
        Time of the risk, in words.
    title, say
        Title and language.
    """
    figure, band = canvas(title, WIDTH, 3.0 + 0.16 * max(0, len(curves) - 2))
    axes = plain_axes(figure.subplots(), say("axis_threshold", horizon=horizon), say("axis_benefit"))
    first = next(iter(curves.values()))
    thresholds = first.thresholds
    best = max(float(np.nanmax(curve.model)) for curve in curves.values())
    top = max(best, float(first.treat_all.max()), 0.01)
    handles = [
        axes.plot(curve.thresholds, curve.model, color=style.colour, linestyle=style.dashes, linewidth=1.5)[0]
        for curve, style in zip(curves.values(), marks(len(curves)), strict=True)
    ]
    handles += axes.plot(thresholds, first.treat_all, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    handles.append(axes.axhline(0.0, color="black", linewidth=0.8))
    axes.set(xlim=(0, float(thresholds[-1])), ylim=(-0.25 * top, top * 1.1))
    places = [place for place in axes.get_yticks() if -0.25 * top <= place <= top * 1.1]
    decimals = next(d for d in range(1, 6) if np.allclose(np.round(places, d), places, atol=1e-9, rtol=0))
    tick_labels(axes, "y", places, [say.number(place, decimals) for place in places])
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if thresholds[-1] / step <= 6)
    marks_x = np.arange(0, float(thresholds[-1]) + 1e-9, step)
    tick_labels(axes, "x", marks_x, [say.percent(place) for place in marks_x])
    names = [*curves, say("treat_all"), say("treat_none")]
    legend(axes, handles, names, loc="upper right")
    return Illustration(title, _alternative(curves, horizon, say), figure, band)


def _alternative(curves: Mapping[str, DecisionCurve], horizon: str, say: Phrases) -> str:
    parts = []
    for name, curve in curves.items():
        better = curve.thresholds[curve.model > np.maximum(curve.treat_all, 0.0) + 1e-12]
        if better.size:
            low, high = say.percent(float(better[0])), say.percent(float(better[-1]))
            parts.append(say("alt_decision_better", name=name, low=low, high=high))
        else:
            parts.append(say("alt_decision_never", name=name))
    return say("alt_decision", horizon=horizon, models=say.listed(parts))
