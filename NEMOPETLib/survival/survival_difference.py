"""Difference of the survival of two groups at one time, with an interval that holds where nobody or everybody died.

Each survival gets Wilson's score interval with the effective number of patients S(1 − S)/Var S, Var after Greenwood
(Rothman, J Chronic Dis 31 (1978) 557); the two are combined to one of the difference by the square-and-add rule
(Newcombe, Stat Med 17 (1998) 873, method 10; Zou & Donner, Stat Med 27 (2008) 1693). Without censoring this is
Newcombe's hybrid score interval of a difference of proportions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from scipy import special

from NEMOPETLib.survival.kaplan_meier import KaplanMeier


@dataclass(frozen=True)
class Difference:
    """A difference with its standard error, interval and Wald's p-value.

    Error and p-value are NaN where one of the two has no error of its own: its estimate is 0 or 1.
    """

    estimate: float
    se: float
    lower: float
    upper: float
    p: float


def effective_size(curve: KaplanMeier, time: float) -> float:
    """Patients without censoring that would leave survival at a time the same error.

    Where nobody has died yet, those still followed; where all have, as many as just before the last death.
    """
    index = int(np.searchsorted(curve.times, time, side="right")) - 1
    while index >= 0 and curve.survival[index] == 0:
        index -= 1
    survival = 1.0 if index < 0 else float(curve.survival[index])
    if survival < 1:
        return (1 - survival) / (survival * float(curve.log_se[index]) ** 2)
    return float(curve.risk_table([min([time, *curve.times[curve.survival == 0]])])[0])


def wilson_limits(share: float, size: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share of ``size`` patients (a fraction may be left); 0 to 1 where there are none."""
    square = float(special.ndtri((1 + level) / 2)) ** 2
    middle = (size * share + square / 2) / (size + square)
    half = sqrt(square * (size * share * (1 - share) + square / 4)) / (size + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def survival_difference(one: KaplanMeier, other: KaplanMeier, time: float, level: float = 0.95) -> Difference:
    """Survival of ``one`` less that of ``other`` at a time."""
    points = one.at(time), other.at(time)
    (lower, upper), (other_lower, other_upper) = (
        wilson_limits(point.estimate, effective_size(curve, time), level)
        for point, curve in zip(points, (one, other), strict=True)
    )
    high, low = (point.estimate for point in points)
    estimate = high - low
    se = hypot(*(point.se for point in points)) if all(point.se > 0 for point in points) else float("nan")
    return Difference(
        estimate,
        se,
        estimate - hypot(high - lower, other_upper - low),
        estimate + hypot(upper - high, low - other_lower),
        float(2 * special.ndtr(-abs(estimate) / se)),
    )
