"""Decision curve: net benefit of treating those whose predicted risk exceeds a threshold, with censoring.

Source: Vickers, Cronin, Elkin & Gönen, BMC Med Inform Decis Mak 8 (2008) 53.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.kaplan_meier import kaplan_meier
from NEMOPETLib.survival.times import Bools, Floats, checked_scores, checked_times


@dataclass(frozen=True, eq=False)
class DecisionCurve:
    """Net benefit, in true positives per patient, at each threshold of risk.

    Parameters
    ----------
    thresholds
        (k,) risks of the event above which one would treat.
    model, treat_all
        (k,) net benefit of treating by the model, and of treating everybody (treating nobody has 0).
    """

    thresholds: Floats
    model: Floats
    treat_all: Floats


def decision_curve(
    time: ArrayLike, event: ArrayLike, survival: ArrayLike, at: float, thresholds: ArrayLike
) -> DecisionCurve:
    """Net benefit of a model's predicted risk of the event up to one time.

    Parameters
    ----------
    time, event
        (n,) survival times and events; survival of those above a threshold is their Kaplan–Meier estimate.
    survival
        (n,) survival at ``at`` predicted for each.
    at
        The time.
    thresholds
        (k,) thresholds of risk between 0 and 1.

    Raises
    ------
    InputError
        Unusable input, or a threshold not between 0 and 1.
    """
    times, events = checked_times(time, event, need_event=False)
    risk = 1 - checked_scores(survival, times.size)
    levels = np.atleast_1d(np.asarray(thresholds, dtype=np.float64))
    if not ((levels > 0) & (levels < 1)).all():
        raise InputError("decision curve: thresholds must lie between 0 and 1")

    def benefit(treated: Bools, threshold: float) -> float:
        if not treated.any():
            return 0.0
        share = float(treated.mean())
        alive = kaplan_meier(times[treated], events[treated]).at(at).estimate
        return share * (1 - alive) - share * alive * threshold / (1 - threshold)

    everybody = np.ones(times.size, dtype=np.bool_)
    return DecisionCurve(
        levels,
        np.array([benefit(risk > level, float(level)) for level in levels]),
        np.array([benefit(everybody, float(level)) for level in levels]),
    )
