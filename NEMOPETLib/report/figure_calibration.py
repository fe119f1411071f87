"""Calibration plot: observed against predicted risk in groups of similar prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from NEMOPETLib.report.illustration import GREY, Illustration, canvas, legend, marks, plain_axes, tick_labels
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.survival.calibration import CalibrationGroup


def calibration_figure(
    series: Mapping[str, Sequence[CalibrationGroup]], horizon: str, title: str, say: Phrases
) -> Illustration:
    """Draw observed against predicted risk with 95 % intervals; the closer to the diagonal, the better.

    Parameters
    ----------
    series
        Name of a set → its groups.
    horizon
        Time of the risk, in words (``24 months``).
    title, say
        Title and language.
    """
    figure, band = canvas(title, 4.0, 3.3)
    axes = plain_axes(figure.subplots(), say("axis_predicted", horizon=horizon), say("axis_observed", horizon=horizon))
    handles, top = [], 0.1
    for groups, style in zip(series.values(), marks(len(series)), strict=True):
        predicted = np.array([1 - group.predicted for group in groups])
        observed = np.array([1 - group.observed.estimate for group in groups])
        lower = np.array([1 - group.observed.upper for group in groups])
        upper = np.array([1 - group.observed.lower for group in groups])
        lower, upper = (np.where(np.isfinite(limit), limit, observed) for limit in (lower, upper))
        handles.append(
            axes.errorbar(
                predicted,
                observed,
                yerr=np.clip([observed - lower, upper - observed], 0, None),
                color=style.colour,
                linestyle="none",
                marker=style.marker,
                markersize=5,
                linewidth=1,
                elinewidth=1,
                capsize=2,
            )
        )
        top = max(top, float(predicted.max()), float(upper.max()))
    end = min(1.0, top * 1.05)
    axes.plot([0, end], [0, end], color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    axes.set(xlim=(0, end * 1.01), ylim=(-0.01 * end, end * 1.03), aspect="equal")
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if end / step <= 6)
    places = np.arange(0, end + 1e-9, step)
    for which in "xy":
        tick_labels(axes, which, places, [say.percent(place) for place in places])
    legend(axes, handles, list(series), loc="upper left")
    return Illustration(title, _alternative(series, horizon, say), figure, band)


def _alternative(series: Mapping[str, Sequence[CalibrationGroup]], horizon: str, say: Phrases) -> str:
    parts = []
    for name, groups in series.items():
        pairs = say.listed(
            say(
                "predicted_observed",
                predicted=say.percent(1 - group.predicted),
                observed=say.percent(1 - group.observed.estimate),
            )
            for group in groups
        )
        parts.append(say("alt_calibration_set", name=name, pairs=pairs))
    return say("alt_calibration", horizon=horizon, sets=". ".join(parts))
