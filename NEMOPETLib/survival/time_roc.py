"""Time-dependent ROC curve weighted by the inverse probability of censoring, with Youden's cut (``timeROC``).

At time t the cases are the deaths before t, weighted 1/G(T−), the controls those still followed after t; a
death exactly at t is neither, as in R's timeROC. AUC is the weighted share of (case, control) pairs in which
the case has the higher score, ties counting half. Its standard error is that of the i.i.d. representation,
the estimation of G included.

Sources: Hung & Chiang, Can J Stat 38 (2010) 8; Blanche, Dartigues & Jacqmin-Gadda, Stat Med 32 (2013) 5381.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.censoring import censoring_distribution, evaluation_time
from NEMOPETLib.survival.risk_groups import CutPoint, Operator
from NEMOPETLib.survival.times import Bools, Floats, Integers, checked_scores, checked_times

_TIED = 1e-9  # values of Youden's index this close are one value, of which the highest cut counts


@dataclass(frozen=True, eq=False)
class WeightedRows:
    """Rows sorted by time with their weights as cases and as controls, (n,) each, and the row ``order`` they had."""

    times: Floats
    censored: Bools
    scores: Floats
    of_cases: Floats
    of_controls: Floats
    order: Integers

    @cached_property
    def lower_controls(self) -> Floats:
        """Weight of each row as a case times the mean weight of controls with a lower score."""
        return self.of_cases * _means_below(self.scores, self.of_controls)

    @property
    def area(self) -> float:
        """Area under the curve."""
        return float(self.lower_controls.mean() / (self.of_cases.mean() * self.of_controls.mean()))

    @property
    def influence(self) -> Floats:
        """How much each row moves the area, rows in their own order."""
        died, alive, auc = self.of_cases.mean(), self.of_controls.mean(), self.area
        higher_cases = self.of_controls * _means_below(-self.scores, self.of_cases)
        through = (self.lower_controls - auc * alive * self.of_cases) / self.times.size
        moved = self.lower_controls + higher_cases - 2 * self.lower_controls.mean()
        moved += _censoring_influence(self.times, self.censored, through)
        shares = alive * (self.of_cases - died) + died * (self.of_controls - alive)
        influence = np.empty(self.times.size)
        influence[self.order] = (moved - auc * shares) / (died * alive)
        return influence


@dataclass(frozen=True, eq=False)
class TimeROC:
    """ROC curve at one time.

    Parameters
    ----------
    time
        t, just below the time asked for where everybody left is censored exactly there.
    auc
        Area under the curve.
    cases, controls
        Numbers of cases and controls; the other rows are censored before t (or die exactly at t).
    thresholds
        (c,) distinct scores, falling; a row is positive when its score is above.
    sensitivity, false_positives
        (c,) weighted share of the cases and share of the controls above each threshold.
    rows
        What it was made of.
    warnings
        One line where the curve was evaluated at another time.
    """

    time: float
    auc: float
    cases: int
    controls: int
    thresholds: Floats
    sensitivity: Floats
    false_positives: Floats
    rows: WeightedRows
    warnings: tuple[str, ...] = ()

    @cached_property
    def influence(self) -> Floats:
        """(n,) how much each row moves the area, in the units of `se`."""
        return self.rows.influence

    @property
    def se(self) -> float:
        """Standard error of the area."""
        return float(self.influence.std(ddof=1) / np.sqrt(self.influence.size))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Normal confidence interval of the area, cut to 0 … 1."""
        half = float(special.ndtri((1 + level) / 2)) * self.se
        return max(0.0, self.auc - half), min(1.0, self.auc + half)

    @property
    def _best(self) -> int:
        youden = self.sensitivity - self.false_positives
        return int(np.flatnonzero(youden >= youden.max() - _TIED)[0])

    @property
    def youden(self) -> float:
        """Largest sensitivity − false positives."""
        return float((self.sensitivity - self.false_positives)[self._best])

    def cut(self, operator: Operator = ">") -> CutPoint | None:
        """Youden's cut, the highest of equals: above a score, or from the next higher score on.

        None where no threshold is better than calling nobody positive.
        """
        if self._best == 0:
            return None
        index = self._best if operator == ">" else self._best - 1
        return CutPoint(float(self.thresholds[index]), operator)


def _means_below(scores: Floats, weights: Floats) -> Floats:
    """Of each score the mean over rows of the weight of lower scores, equal ones counting half, (n,)."""
    order = np.argsort(scores, kind="stable")
    sums = np.append(0.0, np.cumsum(weights[order]))
    left = np.searchsorted(scores[order], scores, side="left")
    right = np.searchsorted(scores[order], scores, side="right")
    return (sums[left] + sums[right]) / 2 / scores.size


def _censoring_influence(time: Floats, censored: Bools, weights: Floats) -> Floats:
    """(n,) Σ_i v_i ∫₀^{T_i} dM_k/S over rows i sorted by time: what each row k adds by way of Ĝ.

    M_k is the martingale of censoring and S the share at risk, both stepping row by row where times are tied.
    """
    n = time.size
    left = n - np.arange(n)
    later = np.cumsum(weights[::-1])[::-1] * n / left
    jump = np.where(censored, later[np.searchsorted(time, time, side="left")], 0.0)
    return jump - np.cumsum(censored / left * later)


def time_roc(time: ArrayLike, event: ArrayLike, score: ArrayLike, at: float) -> TimeROC:
    """ROC curve of a score of which higher means earlier death.

    Parameters
    ----------
    time, event, score
        (n,) survival times, events and the score.
    at
        Time t of the curve.

    Raises
    ------
    InputError
        Unusable input, no death before t or nobody followed up to t.
    """
    times, events = checked_times(time, event)
    scores = checked_scores(score, times.size)
    order = np.argsort(times, kind="stable")
    times, events, scores = times[order], events[order], scores[order]
    t, warnings = evaluation_time(times, at, "time-dependent ROC")
    case, control = events & (times < t), times > t
    if not case.any():
        raise InputError(f"time-dependent ROC at {at:g}: no event before it, choose a later time")
    censoring = censoring_distribution(times, events)
    of_cases = np.where(case, 1 / np.where(case, censoring.before(times), 1.0), 0.0)
    of_controls = control / float(censoring.at(np.array([t]))[0])
    rows = WeightedRows(times, ~events, scores, of_cases, of_controls, order)
    thresholds, places = np.unique(-scores, return_inverse=True)
    return TimeROC(
        t,
        rows.area,
        int(case.sum()),
        int(control.sum()),
        -thresholds,
        _share_above(places, of_cases),
        _share_above(places, control.astype(np.float64)),
        rows,
        warnings,
    )


def _share_above(places: Integers, weights: Floats) -> Floats:
    """Share of the weight of the rows above each threshold, rows given by the place of their own score."""
    sums = np.cumsum(np.bincount(places, weights=weights))
    return np.append(0.0, sums[:-1]) / sums[-1]


@dataclass(frozen=True)
class AreaDifference:
    """Difference of two areas of the same rows and time, with its 95 % interval and two-sided p-value."""

    difference: float
    se: float
    lower: float
    upper: float
    p: float


def compare_areas(one: TimeROC, other: TimeROC) -> AreaDifference:
    """``other`` minus ``one``, their correlation taken from the influence functions.

    Raises
    ------
    InputError
        They are of other times or numbers of rows.
    """
    if one.time != other.time or one.influence.size != other.influence.size:
        raise InputError("difference of AUCs: the two curves are of other rows or times")
    difference = other.auc - one.auc
    moved = other.influence - one.influence
    se = float(moved.std(ddof=1) / np.sqrt(moved.size))
    half = float(special.ndtri(0.975)) * se
    p = float(2 * special.ndtr(-abs(difference) / se)) if se else 1.0
    return AreaDifference(difference, se, difference - half, difference + half, p)
