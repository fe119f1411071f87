"""Area under the time-dependent ROC curve over time, with its confidence band."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from NEMOPETLib.report.figure_kaplan_meier import TimeAxis, time_ticks
from NEMOPETLib.report.illustration import GREY, WIDTH, Illustration, canvas, legend, marks, plain_axes, tick_labels
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.survival.times import Floats


def auc_figure(
    curves: Mapping[str, tuple[Floats, Floats, Floats, Floats]], time: TimeAxis, title: str, say: Phrases
) -> Illustration:
    """Draw one curve or more.

    Parameters
    ----------
    curves
        Name → (k,) times, areas, lower and upper 95 % limits.
    time
        The axis of time.
    title, say
        Title and language.
    """
    figure, band = canvas(title, WIDTH, 2.8)
    axes = plain_axes(figure.subplots(), say("axis_time", unit=time.unit), say("axis_auc"))
    lowest = min((float(np.nanmin(lower)) for _, _, lower, _ in curves.values()), default=0.4)
    bottom = max(0.0, min(0.4, np.floor(lowest * 10) / 10))
    handles = []
    for (times, area, lower, upper), style in zip(curves.values(), marks(len(curves)), strict=True):
        axes.fill_between(times, lower, upper, color=style.colour, alpha=0.14, linewidth=0)
        handles += axes.plot(
            times,
            area,
            color=style.colour,
            linestyle=style.dashes,
            marker=style.marker,
            markersize=4,
            markevery=max(1, times.size // 6),
            linewidth=1.5,
        )
    axes.axhline(0.5, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    ticks = time_ticks(max((float(times[-1]) for times, *_ in curves.values()), default=1.0), time.months)
    axes.set(xlim=(0, ticks[-1]), ylim=(bottom, 1.01))
    tick_labels(axes, "x", ticks, [say.number(tick, 0 if float(tick).is_integer() else 1) for tick in ticks])
    places = np.arange(bottom, 1.01, 0.1 if bottom >= 0.3 else 0.2)
    tick_labels(axes, "y", places, [say.number(place, 1) for place in places])
    legend(axes, handles, list(curves), loc="lower right")
    return Illustration(title, _alternative(curves, time, say), figure, band)


def _alternative(curves: Mapping[str, tuple[Floats, Floats, Floats, Floats]], time: TimeAxis, say: Phrases) -> str:
    parts = []
    for name, (times, area, lower, upper) in curves.items():
        last = say.estimate(float(area[-1]), float(lower[-1]), float(upper[-1]))
        parts.append(
            say(
                "alt_auc_curve",
                name=name,
                start=say.number(float(times[0]), 0),
                first=say.number(float(area[0]), 2),
                end=say.number(float(times[-1]), 0),
                last=last,
            )
        )
    return say("alt_auc", curves=say.listed(parts), unit=time.unit)
