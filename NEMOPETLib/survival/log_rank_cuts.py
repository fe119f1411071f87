"""Cut-points by the running log-rank statistic: two groups (rlr) and, hierarchically, three (rhier).

With the rows sorted by score and mᵢ the Efron martingale residuals of the model without covariates, the
group above the k lowest scores has O − E = L_k = −Σ_{i≤k} mᵢ and, with e_k = Σ_{i≤k}(δᵢ − mᵢ) deaths expected
below and D deaths in all, approximately the variance V_k = e_k·(D − e_k)/D. The cut is where |Z| = |L|/√V is
largest among the k that leave ns rows on both sides; "high" is score ≥ cut. Equal scores are never separated:
a cut inside a block of them is no candidate (R's rolr takes it, so its answer depends on the order of rows).

Searching costs one sort and cumulative sums, O(n log n).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.efron import null_residuals
from NEMOPETLib.survival.times import Bools, Floats, Integers, checked_scores, checked_times

Variance = Literal["approximate", "exact"]


@dataclass(frozen=True, eq=False)
class CutProfile:
    """The log-rank statistic at every admissible cut, of rising value.

    Parameters
    ----------
    cuts
        (c,) scores: the high group is score ≥ cut.
    below
        (c,) rows below each cut.
    excess
        (c,) observed − expected deaths of the high group.
    variance, z
        (c,) its variance and excess/√variance.
    """

    cuts: Floats
    below: Integers
    excess: Floats
    variance: Floats
    z: Floats

    @property
    def best(self) -> int:
        """Index of the first of the largest \\|z\\|."""
        return int(np.argmax(np.abs(self.z)))

    @property
    def cut(self) -> float:
        """Cut of the largest \\|z\\|."""
        return float(self.cuts[self.best])

    @property
    def statistic(self) -> float:
        """Largest \\|z\\| with its sign: above 0 where the high group dies more."""
        return float(self.z[self.best])

    @property
    def last_cut(self) -> float:
        """The highest admissible cut, whatever its statistic (the published two-group sizes come from it)."""
        return float(self.cuts[-1])


@dataclass(frozen=True, eq=False)
class HierarchicalCuts:
    """Two cuts found one after the other.

    Parameters
    ----------
    profile
        Of the first cut.
    second
        Second cut, or None where neither side of the first could be split again in the same direction.
    second_statistic
        z at the second cut within its side.
    """

    profile: CutProfile
    second: float | None
    second_statistic: float | None

    @property
    def cuts(self) -> tuple[float, ...]:
        """The one or two cuts, rising."""
        first = self.profile.cut
        return (first,) if self.second is None else tuple(sorted((first, self.second)))


def admissible_sizes(ordered: Floats, ns: int, groups: int = 2) -> Integers:
    """Sizes k of the lower group that leave ``ns`` on both sides and separate no equal scores.

    Parameters
    ----------
    ordered
        (n,) scores, rising.
    ns
        Fewest rows in a group.
    groups
        Groups wanted: n must hold as many times ``ns``.

    Raises
    ------
    InputError
        Too few rows, ``ns`` below 1, or too many equal scores.
    """
    if ns < 1:
        raise InputError(f"smallest group ns = {ns}: give 1 or more")
    if ordered.size < groups * ns:
        few = f"{ordered.size} rows are too few for {groups} groups"
        raise InputError(f"{few} of ns = {ns} or more: lower ns or add patients")
    sizes = np.arange(ns, ordered.size - ns + 1)
    sizes = sizes[ordered[sizes - 1] < ordered[np.minimum(sizes, ordered.size - 1)]]
    if not sizes.size:
        raise InputError(f"no cut leaves ns = {ns} rows on both sides: too many equal scores")
    return sizes


def _exact_variance(time: Floats, event: Bools, sizes: Integers) -> Floats:
    """Hypergeometric variance of the log-rank statistic at each size, for rows sorted by score."""
    moments, deaths = np.unique(time[event], return_counts=True)
    ordered = np.sort(time)
    at_risk = time.size - np.searchsorted(ordered, moments, side="left")
    factor = deaths * (at_risk - deaths) / np.maximum(at_risk - 1, 1)
    variance = np.empty(sizes.size)
    low = np.zeros(moments.size)
    block = max(1, 4_000_000 // moments.size)
    starts = range(0, time.size, block)
    for start in starts:
        rows = time[start : start + block, None] >= moments
        lows = low + np.cumsum(rows, axis=0)
        low = lows[-1]
        here = np.flatnonzero((sizes > start) & (sizes <= start + block))
        share = lows[sizes[here] - 1 - start] / at_risk
        variance[here] = (share * (1 - share)) @ factor
    return variance


def _nelson_aalen_residuals(time: Floats, event: Bools) -> Floats:
    """Martingale residuals with hazard d/r, whose sums are the O − E of the log-rank test."""
    moments, deaths = np.unique(time[event], return_counts=True)
    at_risk = time.size - np.searchsorted(np.sort(time), moments, side="left")
    hazard = np.append(0.0, np.cumsum(deaths / at_risk))
    return event - hazard[np.searchsorted(moments, time, side="right")]


def running_log_rank(residuals: Floats, event: Bools, sizes: Integers) -> tuple[Floats, Floats, Floats]:
    """L, V (approximate) and Z at the lower-group sizes of rows sorted by score along the last axis."""
    below = np.cumsum(residuals, axis=-1)[..., sizes - 1]
    expected = np.cumsum(event - residuals, axis=-1)[..., sizes - 1]
    deaths = event.sum(axis=-1)[..., None]
    variance = expected * (deaths - expected) / np.maximum(deaths, 1)
    return -below, variance, standardised(-below, variance)


def standardised(excess: Floats, variance: Floats) -> Floats:
    """excess/√variance, and 0 where there is no variance."""
    z = np.zeros(np.broadcast(excess, variance).shape)
    usable = variance > 1e-12
    return np.divide(excess, np.sqrt(np.where(usable, variance, 1)), out=z, where=usable)


def _profile(time: Floats, event: Bools, score: Floats, ns: int, variance: Variance) -> CutProfile:
    """Profile of checked rows sorted by score."""
    sizes = admissible_sizes(score, ns)
    if not event.any():
        nothing = np.zeros(sizes.size)
        return CutProfile(score[sizes], sizes, nothing, nothing, nothing)
    if variance == "approximate":
        excess, spread, z = running_log_rank(null_residuals(time, event), event, sizes)
    else:
        excess = -np.cumsum(_nelson_aalen_residuals(time, event))[sizes - 1]
        spread = _exact_variance(time, event, sizes)
        z = standardised(excess, spread)
    return CutProfile(score[sizes], sizes, excess, spread, z)


def sorted_by_score(time: ArrayLike, event: ArrayLike, score: ArrayLike) -> tuple[Floats, Bools, Floats]:
    """Checked times, events and scores in rising order of the score."""
    times, events = checked_times(time, event)
    scores = checked_scores(score, times.size)
    order = np.argsort(scores, kind="stable")
    return times[order], events[order], scores[order]


def rlr(
    time: ArrayLike, event: ArrayLike, score: ArrayLike, ns: int = 45, variance: Variance = "approximate"
) -> CutProfile:
    """Running log-rank statistic at every admissible cut into two groups.

    Parameters
    ----------
    time, event, score
        (n,) survival times, events and the score to cut.
    ns
        Fewest rows in either group.
    variance
        ``approximate`` as in the module's text, or ``exact``: the full log-rank test at each cut, O(n²).

    Raises
    ------
    InputError
        Unusable input, no events, n < 2·ns or no cut between unequal scores.
    """
    return _profile(*sorted_by_score(time, event, score), ns, variance)


def rhier(
    time: ArrayLike, event: ArrayLike, score: ArrayLike, ns: int = 45, variance: Variance = "approximate"
) -> HierarchicalCuts:
    """Cut into three groups: the best cut, then the best cut of the same direction inside either side.

    A side is searched when it has 2·ns rows or more. Parameters and errors as for `rlr`.
    """
    times, events, scores = sorted_by_score(time, event, score)
    first = _profile(times, events, scores, ns, variance)
    direction = 1.0 if first.statistic >= 0 else -1.0
    below = int(first.below[first.best])
    found: list[tuple[float, float]] = []
    for side in (slice(0, below), slice(below, scores.size)):
        try:
            inner = _profile(times[side], events[side], scores[side], ns, variance)
        except InputError:  # too small or too tied to be split
            continue
        index = int(np.argmax(direction * inner.z))
        found.append((float(direction * inner.z[index]), float(inner.cuts[index])))
    strength, second = max(found, key=lambda pair: pair[0], default=(0.0, 0.0))
    if strength <= 0:
        return HierarchicalCuts(first, None, None)
    return HierarchicalCuts(first, second, direction * strength)
