"""Time-dependent ROC curve weighted by the inverse probability of censoring, with Youden's cut (``timeROC``).

At time t the cases are the deaths before t, weighted 1/G(T−), the controls those still followed after t; a
death exactly at t is neither, as in R's timeROC. AUC is the weighted share of (case, control) pairs in which
the case has the higher score, ties counting half. Its standard error is that of the i.i.d. representation,
the estimation of G included.

Sources: Hung & Chiang, Can J Stat 38 (2010) 8; Blanche, Dartigues & Jacqmin-Gadda, Stat Med 32 (2013) 5381.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.censoring import censoring_distribution, evaluation_time
from NEMOPETLib.survival.risk_groups import CutPoint, Operator
from NEMOPETLib.survival.times import Bools, Floats, Integers, checked_scores, checked_times

_TIED = 1e-9  # values of Youden's index this close are one value, of which the highest cut counts


@dataclass(frozen=True, eq=False)
class TimeROC:
    """ROC curve at one time.

    Parameters
    ----------
    time
        t, just below the time asked for where everybody left is censored exactly there.
    auc, influence
        Area under the curve and (n,) how much each row moves it, in the units of `se`.
    cases, controls
        Numbers of cases and controls; the other rows are censored before t (or die exactly at t).
    thresholds
        (c,) distinct scores, falling; a row is positive when its score is above.
    sensitivity, false_positives
        (c,) weighted share of the cases and share of the controls above each threshold.
    warnings
        One line where the curve was evaluated at another time.
    """

    time: float
    auc: float
    influence: Floats
    cases: int
    controls: int
    thresholds: Floats
    sensitivity: Floats
    false_positives: Floats
    warnings: tuple[str, ...] = ()

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
    influence = np.empty(times.size)
    auc, influence[order] = _area(times, ~events, scores, of_cases, of_controls)
    thresholds, places = np.unique(-scores, return_inverse=True)
    return TimeROC(
        t,
        auc,
        influence,
        int(case.sum()),
        int(control.sum()),
        -thresholds,
        _share_above(places, of_cases),
        _share_above(places, control.astype(np.float64)),
        warnings,
    )


def _share_above(places: Integers, weights: Floats) -> Floats:
    """Share of the weight of the rows above each threshold, rows given by the place of their own score."""
    sums = np.cumsum(np.bincount(places, weights=weights))
    return np.append(0.0, sums[:-1]) / sums[-1]


def _area(
    times: Floats, censored: Bools, scores: Floats, of_cases: Floats, of_controls: Floats
) -> tuple[float, Floats]:
    """AUC and its influence function, rows sorted by time."""
    lower_controls = of_cases * _means_below(scores, of_controls)
    higher_cases = of_controls * _means_below(-scores, of_cases)
    died, alive, pairs = of_cases.mean(), of_controls.mean(), lower_controls.mean()
    auc = pairs / (died * alive)
    by_censoring = _censoring_influence(times, censored, (lower_controls - auc * alive * of_cases) / times.size)
    moved = lower_controls + higher_cases - 2 * pairs + by_censoring
    shares = alive * (of_cases - died) + died * (of_controls - alive)
    return float(auc), (moved - auc * shares) / (died * alive)


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
