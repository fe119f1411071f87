"""Calibration of a model at one time: does predicted survival come true?

Sources: Royston & Altman, BMC Med Res Methodol 13 (2013) 33; van Houwelingen, Stat Med 19 (2000) 3401.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import cox_fit
from NEMOPETLib.survival.design import numeric_design
from NEMOPETLib.survival.kaplan_meier import SurvivalEstimate, kaplan_meier
from NEMOPETLib.survival.times import checked_scores, checked_times


@dataclass(frozen=True)
class CalibrationGroup:
    """Patients of similar prediction: their number, mean predicted survival, and what was observed."""

    n: int
    predicted: float
    observed: SurvivalEstimate


def calibration_groups(
    time: ArrayLike, event: ArrayLike, survival: ArrayLike, at: float, groups: int = 5
) -> tuple[CalibrationGroup, ...]:
    """Compare predicted with Kaplan–Meier survival at one time, by quantiles of the prediction.

    Parameters
    ----------
    time, event
        (n,) survival times and events.
    survival
        (n,) survival at ``at`` predicted for each.
    at
        The time.
    groups
        Groups wanted; equal predictions are kept together, so that there may be fewer.

    Raises
    ------
    InputError
        Unusable input.
    """
    times, events = checked_times(time, event, need_event=False)
    predicted = checked_scores(survival, times.size)
    borders = np.unique(np.quantile(predicted, np.arange(1, groups) / groups))
    codes = np.searchsorted(borders, predicted, side="left")
    result = []
    for code in np.unique(codes):
        rows = codes == code
        observed = kaplan_meier(times[rows], events[rows]).at(at, "log-log")
        result.append(CalibrationGroup(int(rows.sum()), float(predicted[rows].mean()), observed))
    return tuple(result)


@dataclass(frozen=True)
class CalibrationSlope:
    """Coefficient of the linear predictor in new patients: 1 is calibrated, below 1 overfitted."""

    slope: float
    se: float


def calibration_slope(time: ArrayLike, event: ArrayLike, linear_predictor: ArrayLike) -> CalibrationSlope:
    """Fit the linear predictor as the only covariate.

    Raises
    ------
    InputError
        Unusable input, or the linear predictor is the same for all.
    """
    times, events = checked_times(time, event)
    predictor = checked_scores(linear_predictor, times.size)
    fit = cox_fit(times, events, numeric_design(predictor[:, None], ["linear predictor"]))
    return CalibrationSlope(float(fit.coef[0]), float(fit.se[0]))


def calibration_in_the_large(time: ArrayLike, event: ArrayLike, survival: ArrayLike, at: float) -> float:
    """Observed (Kaplan–Meier) over mean predicted risk of death up to ``at``; above 1 it is underestimated.

    Raises
    ------
    InputError
        Unusable input, or no risk is predicted at all.
    """
    times, events = checked_times(time, event, need_event=False)
    expected = 1 - float(checked_scores(survival, times.size).mean())
    if expected <= 0:
        raise InputError("calibration: every predicted survival is 1")
    return (1 - kaplan_meier(times, events).at(at).estimate) / expected
