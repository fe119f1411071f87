"""Cut-point by the maximally selected rank statistic (R's ``maxstat`` and survminer's ``surv_cutpoint``).

With the log-rank scores aᵢ = δᵢ − Σ_{j: tⱼ≤tᵢ} δⱼ/(N − rⱼ + 1), r the maximum rank of the time, and S_m their
sum over the m lowest covariate values, the standardised statistic is

    T_m = |S_m − m·Σa/N| / √( m(N−m)·[N·Σa² − (Σa)²] / (N²(N−1)) ).

The cut is the m-th lowest value x₍m₎ of the largest T; "high" is x > cut.

Sources: Lausen & Schumacher, Biometrics 48 (1992) 73 and Comput Stat Data Anal 21 (1996) 307; Lausen,
Sauerbrei & Schumacher, in Dirschedl & Ostermann (eds), Computational Statistics (1994) 483; Miller &
Siegmund, Biometrics 38 (1982) 1011.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.log_rank_cuts import sorted_by_score, standardised
from NEMOPETLib.survival.times import Bools, Floats, Integers


@dataclass(frozen=True, eq=False)
class MaximallySelected:
    """The rank statistic at every candidate cut, of rising value.

    Parameters
    ----------
    cuts
        (c,) covariate values: the high group is x > cut.
    below
        (c,) rows up to each cut.
    statistics
        (c,) T at each cut.
    n
        Rows.
    minprop
        Smallest share of the rows in a group.
    scores
        (n,) log-rank scores of the rows sorted by covariate.
    """

    cuts: Floats
    below: Integers
    statistics: Floats
    n: int
    minprop: float
    scores: Floats

    @property
    def best(self) -> int:
        """Index of the first of the largest statistics."""
        return int(np.argmax(self.statistics))

    @property
    def cut(self) -> float:
        """Cut of the largest statistic."""
        return float(self.cuts[self.best])

    @property
    def statistic(self) -> float:
        """The largest statistic."""
        return float(self.statistics[self.best])

    @property
    def p_lau92(self) -> float:
        """p-value of the maximum by the asymptotic formula of Lausen & Schumacher 1992."""
        return lau92(self.statistic, self.minprop, 1 - self.minprop)

    @property
    def p_lau94(self) -> float:
        """p-value of the maximum by the improved Bonferroni bound of Lausen et al. 1994."""
        return lau94(self.statistic, self.n, self.below)


def log_rank_scores(time: Floats, event: Bools) -> Floats:
    """Scores a of checked rows, (n,), in the order given."""
    ordered = np.sort(time)
    rank = np.searchsorted(ordered, time, side="right")
    steps = np.zeros(time.size + 1)
    np.add.at(steps, rank, event / (time.size - rank + 1))
    return event - np.cumsum(steps)[rank]


def standardised_sums(scores: Floats, below: Integers) -> Floats:
    """T at each lower-group size for scores sorted by covariate along the last axis."""
    n = scores.shape[-1]
    total = scores.sum(axis=-1)[..., None]
    spread = n * (scores**2).sum(axis=-1)[..., None] - total**2
    variance = below * (n - below) * spread / (n * n * (n - 1.0))
    sums = np.cumsum(scores, axis=-1)[..., below - 1]
    return np.abs(standardised(sums - below * total / n, variance))


def maxstat(time: ArrayLike, event: ArrayLike, score: ArrayLike, minprop: float = 0.1) -> MaximallySelected:
    """Maximally selected log-rank statistic over the cuts between unequal values.

    Parameters
    ----------
    time, event, score
        (n,) survival times, events and the covariate to cut.
    minprop
        Smallest share of the rows in a group, 0 < minprop < 0.5.

    Raises
    ------
    InputError
        Unusable input, no events, or no cut in the range.
    """
    if not 0 < minprop < 0.5:
        raise InputError(f"smallest group minprop = {minprop}: give a share between 0 and 0.5")
    times, events, x = sorted_by_score(time, event, score)
    n = x.size
    ends = np.flatnonzero(x[:-1] < x[1:]) + 1
    below = ends[(ends >= max(1, math.floor(n * minprop))) & (ends <= math.floor(n * (1 - minprop)))]
    if not below.size:
        raise InputError(f"no cut leaves a share of {minprop} on both sides: too few rows or too many equal")
    scores = log_rank_scores(times, events)
    statistics = standardised_sums(scores, below)
    return MaximallySelected(x[below - 1], below, statistics, n, minprop, scores)


def lau92(statistic: float, minprop: float, maxprop: float) -> float:
    """Upper tail of the maximum of a Brownian bridge standardised on minprop … maxprop."""
    if statistic <= 1:
        return 1.0
    density = math.exp(-(statistic**2) / 2) / math.sqrt(2 * math.pi)
    odds = maxprop * (1 - minprop) / ((1 - maxprop) * minprop)
    tail = 4 * density / statistic + density * (statistic - 1 / statistic) * math.log(odds)
    return min(1.0, tail)


def lau94(statistic: float, n: int, below: Integers) -> float:
    """Upper bound of the tail from the correlation of neighbouring cuts of ``below`` rows each."""
    lower, upper = below[:-1].astype(np.float64), below[1:].astype(np.float64)
    t = np.sqrt(1 - lower * (n - upper) / ((n - lower) * upper))
    joint = math.exp(-(statistic**2) / 2) / math.pi * np.sum(t - (statistic**2 / 4 - 1) * t**3 / 6)
    single = 1 - (special.ndtr(statistic) - special.ndtr(-statistic))  # not the tail alone, whose 1e-17 R rounds away
    return min(max(float(single + joint), 0.0), 1.0)
