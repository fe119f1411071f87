"""Kaplan–Meier survival with the standard errors, intervals and median of R's ``survfit``.

Survival at t includes the deaths at t. Sources: Kaplan & Meier, J Am Stat Assoc 53 (1958) 457; Greenwood's
variance; intervals: Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data (2002), ch. 1;
median: Brookmeyer & Crowley, Biometrics 38 (1982) 29.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from NEMOPETLib.survival.group_counts import GroupCounts, distinct_times, group_counts
from NEMOPETLib.survival.times import Floats, Integers, checked_times

IntervalType = Literal["log", "plain", "log-log"]

_ROUNDING = 1e-9  # survival this close to ½ counts as ½ in the median, as in R


@dataclass(frozen=True)
class SurvivalEstimate:
    """Survival at one time, with its standard error and interval (NaN where survival has fallen to 0)."""

    estimate: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True)
class MedianSurvival:
    """Time at which survival reaches ½, with its interval; NaN where it is not reached."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """The survival curve of one group.

    Parameters
    ----------
    times
        (m,) distinct times of death or censoring, rising.
    at_risk, deaths, censored
        (m,) at risk just before, dying and censored at each time.
    survival
        (m,) survival from each time on.
    log_se
        (m,) standard error of log survival (Greenwood); infinite once survival is 0.
    """

    times: Floats
    at_risk: Integers
    deaths: Integers
    censored: Integers
    survival: Floats
    log_se: Floats

    @property
    def n(self) -> int:
        """Size of the group."""
        return int(self.at_risk[0])

    @property
    def events(self) -> int:
        """Number of deaths."""
        return int(self.deaths.sum())

    def limits(self, kind: IntervalType = "log", level: float = 0.95) -> tuple[Floats, Floats]:
        """(m,) lower and upper limit of survival at each time; NaN where survival is 0."""
        return survival_limits(self.survival, self.log_se, kind, level)

    def at(self, time: float, kind: IntervalType = "log", level: float = 0.95) -> SurvivalEstimate:
        """Survival at any time: the curve's last value before it (beyond the last time seen, that value)."""
        index = int(np.searchsorted(self.times, time, side="right")) - 1
        if index < 0:
            return SurvivalEstimate(1.0, 0.0, 1.0, 1.0)
        survival, log_se = self.survival[index : index + 1], self.log_se[index : index + 1]
        lower, upper = survival_limits(survival, log_se, kind, level)
        se = float(survival[0] * log_se[0]) if survival[0] > 0 else float("nan")
        return SurvivalEstimate(float(survival[0]), se, float(lower[0]), float(upper[0]))

    def risk_table(self, times: ArrayLike) -> Integers:
        """Number at risk just before each of any times."""
        indices = np.searchsorted(self.times, np.asarray(times, dtype=np.float64), side="left")
        return np.append(self.at_risk, 0)[indices]

    def median(self, kind: IntervalType = "log", level: float = 0.95) -> MedianSurvival:
        """Median survival; where the curve lies flat on ½ the middle of that stretch."""
        lower, upper = self.limits(kind, level)
        return MedianSurvival(*(self._half_time(curve) for curve in (self.survival, lower, upper)))

    def _half_time(self, curve: Floats) -> float:
        """Time of the highest value not above ½ of a curve (NaN from the time survival is 0).

        A limit may rise again late, and R too then takes the time of its value nearest to ½.
        """
        dying = (self.deaths > 0) & (curve <= 0.5 + _ROUNDING)
        if not dying.any():
            return float("nan")
        times, values = self.times[dying], curve[dying]
        start = times[np.argmax(values)]
        if values.max() < 0.5 - _ROUNDING:
            return float(start)
        lower = values < 0.5 - _ROUNDING
        end = times[lower][np.argmax(values[lower])] if lower.any() else self.times[-1]
        return float((start + end) / 2)


def survival_limits(
    survival: Floats, log_se: Floats, kind: IntervalType = "log", level: float = 0.95
) -> tuple[Floats, Floats]:
    """Confidence limits of survival from the standard error of its logarithm.

    ``log`` is R's default, symmetric for log S; ``plain`` for S; ``log-log`` for log(−log S). All end at 0
    and 1, are 1 where survival is 1 and NaN where it is 0.
    """
    half = float(special.ndtri((1 + level) / 2)) * np.where(survival > 0, log_se, np.nan)
    if kind == "log":
        lower, upper = survival * np.exp(-half), survival * np.exp(half)
    elif kind == "plain":
        lower, upper = np.maximum(survival * (1 - half), 0.0), survival * (1 + half)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            log_survival = np.log(survival)
            factor = np.exp(half / np.where(survival < 1, log_survival, np.nan))
            lower, upper = (np.exp(log_survival * power) for power in (1 / factor, factor))
            lower, upper = (np.where(survival == 1, 1.0, limit) for limit in (lower, upper))
    return lower, np.minimum(upper, 1.0)


def kaplan_meier(time: ArrayLike, event: ArrayLike) -> KaplanMeier:
    """Estimate the survival curve of one group; a group without events stays at 1.

    Raises
    ------
    InputError
        Unusable times or events, or no rows.
    """
    times, events = checked_times(time, event, need_event=False)
    return GroupCurves(group_counts(distinct_times(times), events, np.zeros(times.size, dtype=np.intp), 1)).curve(0)


class GroupCurves:
    """The survival curves of k groups at the m distinct times of all.

    Parameters
    ----------
    counts
        Who is at risk and dies when.
    """

    def __init__(self, counts: GroupCounts) -> None:
        self.counts = counts
        deaths, at_risk = counts.deaths, np.maximum(counts.at_risk, 1)
        self.survival: Floats = np.cumprod(1 - deaths / at_risk, axis=1, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):  # all at risk die: infinite; nobody dies there: nothing
            terms = np.where(deaths > 0, deaths / (at_risk * (at_risk - deaths)), 0.0)
        self.log_se: Floats = np.sqrt(np.cumsum(terms, axis=1, dtype=np.float64))

    def curve(self, group: int) -> KaplanMeier:
        """Of a group that has rows."""
        own = np.flatnonzero(self.counts.leaving[group])
        at_risk, deaths, leaving, survival, log_se = (
            part[group, own]
            for part in (self.counts.at_risk, self.counts.deaths, self.counts.leaving, self.survival, self.log_se)
        )
        return KaplanMeier(self.counts.times[own], at_risk, deaths, leaving - deaths, survival, log_se)

    def at(self, times: Sequence[float], kind: IntervalType = "log") -> tuple[dict[float, SurvivalEstimate], ...]:
        """Of each group survival at some times, as `KaplanMeier.at` (1 where it has no rows)."""
        places = np.searchsorted(self.counts.times, times, side="right") - 1
        survival, log_se = self.survival[:, places], self.log_se[:, places]
        survival[:, places < 0], log_se[:, places < 0] = 1.0, 0.0
        with np.errstate(invalid="ignore"):  # 0 times infinity where all have died
            parts = np.array([survival, survival * log_se, *survival_limits(survival, log_se, kind)])
        return tuple(
            {time: SurvivalEstimate(*values) for time, values in zip(times, group, strict=True)}
            for group in parts.transpose(1, 2, 0).tolist()
        )
