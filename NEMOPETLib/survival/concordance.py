"""Harrell's concordance index with the standard error of R's ``survival::concordance``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.times import Bools, Floats, checked_scores, checked_times

_CELLS = 4_000_000  # of a block of (deaths, rows): 4 MB of Booleans at a time


@dataclass(frozen=True, eq=False)
class Concordance:
    """Agreement of a risk score with the order of the events.

    Parameters
    ----------
    index
        Share of the comparable pairs in which the higher score has the event first; tied scores count half.
    concordant, discordant, tied_score, tied_time, tied_both
        Numbers of pairs. Pairs of events at one time are not comparable.
    influence
        (n,) infinitesimal jackknife: how much each row moves the index.
    """

    index: float
    concordant: int
    discordant: int
    tied_score: int
    tied_time: int
    tied_both: int
    influence: Floats

    @property
    def se(self) -> float:
        """Standard error (infinitesimal jackknife)."""
        return float(np.sqrt(np.sum(self.influence**2)))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Normal confidence interval, cut to 0 … 1."""
        half = float(special.ndtri((1 + level) / 2)) * self.se
        return max(0.0, self.index - half), min(1.0, self.index + half)


def _pairs(time: Floats, event: Bools, score: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each row its concordant, discordant and score-tied pairs, each pair counted at both rows."""
    n = time.size
    sums = np.zeros((3, n))
    deaths = np.flatnonzero(event)
    block = max(1, _CELLS // n)
    for begin in range(0, deaths.size, block):
        rows = deaths[begin : begin + block]
        later = (time > time[rows, None]) | ((time == time[rows, None]) & ~event)
        lower = later & (score < score[rows, None])
        equal = later & (score == score[rows, None])
        for index, cells in enumerate((lower, later & ~lower & ~equal, equal)):
            sums[index] += cells.sum(axis=0)
            sums[index, rows] += cells.sum(axis=1)
    return sums[0], sums[1], sums[2]


def _pairs_within(groups: Floats) -> int:
    """Number of pairs of equal rows of a (n, k) array."""
    counts = np.unique(groups, axis=0, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def concordance(time: ArrayLike, event: ArrayLike, score: ArrayLike) -> Concordance:
    """Concordance of a score of which higher means earlier events.

    Source: Harrell et al., JAMA 247 (1982) 2543; variance: Therneau & Watson, Mayo Clinic Technical Report 85
    (2015).

    Raises
    ------
    InputError
        Unusable times or scores, or no pair that can be compared.
    """
    times, events = checked_times(time, event)
    scores = checked_scores(score, times.size)
    concordant, discordant, tied = _pairs(times, events, scores)
    pairs = concordant + discordant + tied
    total = pairs.sum() / 2
    if not total:
        raise InputError("concordance: no two patients can be compared (no event before another's time)")
    agreed = concordant + tied / 2
    index = agreed.sum() / 2 / total
    dying = np.column_stack([times[events], scores[events]])
    tied_both = _pairs_within(dying)
    return Concordance(
        float(index),
        int(concordant.sum() / 2),
        int(discordant.sum() / 2),
        int(tied.sum() / 2),
        _pairs_within(dying[:, :1]) - tied_both,
        tied_both,
        (agreed - index * pairs) / total,
    )


@dataclass(frozen=True)
class ConcordanceDifference:
    """Difference of two concordances of the same rows, with its 95 % interval and two-sided p-value."""

    difference: float
    se: float
    lower: float
    upper: float
    p: float


def compare_concordance(one: Concordance, other: Concordance) -> ConcordanceDifference:
    """``other`` minus ``one`` of the same rows, their correlation taken from the influences.

    Raises
    ------
    InputError
        They are of other numbers of rows.
    """
    if one.influence.size != other.influence.size:
        raise InputError("difference of concordances: the two scores are of other rows")
    difference = other.index - one.index
    se = float(np.sqrt(np.sum((other.influence - one.influence) ** 2)))
    half = float(special.ndtri(0.975)) * se
    p = float(2 * special.ndtr(-abs(difference) / se)) if se else 1.0
    return ConcordanceDifference(difference, se, difference - half, difference + half, p)
