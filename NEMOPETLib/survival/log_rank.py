"""Log-rank tests between groups (R's ``survdiff``), all at once and pairwise.

Source: Mantel, Cancer Chemother Rep 50 (1966) 163; Holm, Scand J Stat 6 (1979) 65; Benjamini & Hochberg, J R
Stat Soc B 57 (1995) 289.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.cox import ChiSquareTest
from NEMOPETLib.survival.group_counts import GroupCounts, distinct_times, group_counts
from NEMOPETLib.survival.times import Floats, Integers, checked_times


@dataclass(frozen=True, eq=False)
class LogRank:
    """Test that k groups have one survival curve.

    Parameters
    ----------
    groups
        Names of the groups, sorted as NumPy sorts them.
    observed, expected
        (k,) deaths seen and expected.
    test
        χ² with k − 1 degrees of freedom (fewer where a group has nobody at risk at any death).
    """

    groups: tuple[str | int, ...]
    observed: Floats
    expected: Floats
    test: ChiSquareTest

    @property
    def log_p(self) -> float:
        """Natural logarithm of the p-value; of two or three groups finite even where the p-value is 0."""
        if self.test.df == 1:
            return float(np.log(2) + special.log_ndtr(-np.sqrt(self.test.chisq)))
        if self.test.df == 2:
            return -self.test.chisq / 2
        return float(stats.chi2.logsf(self.test.chisq, self.test.df)) if self.test.df else 0.0


def _codes(group: ArrayLike, n: int) -> tuple[tuple[str | int, ...], Integers]:
    names, codes = np.unique(np.asarray(group), return_inverse=True)
    if codes.size != n:
        raise InputError(f"{codes.size} group names for {n} survival times: one each is needed")
    return tuple(names.tolist()), codes


def log_rank(time: ArrayLike, event: ArrayLike, group: ArrayLike) -> LogRank:
    """Test the groups against each other.

    Parameters
    ----------
    time, event
        (n,) survival times and events.
    group
        (n,) names or numbers of groups.

    Raises
    ------
    InputError
        Unusable input, no events or a single group.
    """
    times, events = checked_times(time, event)
    names, codes = _codes(group, times.size)
    if len(names) < 2:
        raise InputError(f"log-rank test: all rows are in one group ({names[0]}), two or more are needed")
    return log_rank_of(group_counts(distinct_times(times), events, codes, len(names)), names)


def log_rank_of_groups(counts: GroupCounts) -> LogRank | None:
    """The test of those groups that have rows, named by their code; None where fewer than two have, or nobody died."""
    some = np.flatnonzero(counts.at_risk[:, 0])
    if some.size < 2 or not counts.deaths.any():
        return None
    return log_rank_of(counts if some.size == len(counts.at_risk) else counts.only(some), tuple(some.tolist()))


def log_rank_of(counts: GroupCounts, names: tuple[str | int, ...]) -> LogRank:
    """The test from counts of two groups or more, each with rows, and some events."""
    dying = counts.deaths.sum(axis=0)
    moments = np.flatnonzero(dying)
    deaths, at_risk = dying[moments], counts.at_risk[:, moments]
    total = at_risk.sum(axis=0)
    share = at_risk / total
    expected = share @ deaths
    observed = counts.deaths.sum(axis=1).astype(np.float64)
    factor = deaths * (total - deaths) / np.maximum(total - 1, 1)
    able = np.flatnonzero(expected > 0)[:-1]  # the last follows from the others
    excess = (observed - expected)[able]
    share = share[able]
    if able.size == 1:
        spread = (share * (1 - share)) @ factor
        chisq = (excess[0] ** 2 / spread[0]) if spread[0] > 0 else 0.0
    else:
        weighted = share * factor
        values, vectors = np.linalg.eigh(np.diag(weighted.sum(axis=1)) - weighted @ share.T)
        regular = values > 1e-14 * values.max(initial=0.0)
        chisq = ((excess @ vectors[:, regular]) ** 2 / values[regular]).sum()
    return LogRank(names, observed, expected, ChiSquareTest(float(chisq), able.size))


def adjusted(p: Floats, method: Literal["holm", "bh", "none"]) -> Floats:
    """p-values adjusted for their number: Holm's step-down, Benjamini–Hochberg's step-up, or as they are."""
    if method == "none":
        return p
    order = np.argsort(p)
    rank = np.arange(1, p.size + 1)
    if method == "holm":
        stepped = np.maximum.accumulate(p[order] * (p.size + 1 - rank))
    else:
        stepped = np.minimum.accumulate((p[order] * p.size / rank)[::-1])[::-1]
    result = np.empty(p.size)
    result[order] = np.minimum(stepped, 1.0)
    return result


@dataclass(frozen=True)
class PairedTest:
    """Log-rank test of two of the groups, with its p-value adjusted for the number of pairs."""

    groups: tuple[str | int, str | int]
    test: ChiSquareTest
    p_adjusted: float


def pairwise_log_rank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    method: Literal["holm", "bh", "none"] = "holm",
) -> tuple[PairedTest, ...]:
    """Test every two groups (pairs without any event are left out). Other parameters as for `log_rank`."""
    times, events = checked_times(time, event)
    names, codes = _codes(group, times.size)
    tests: list[tuple[tuple[str | int, str | int], ChiSquareTest]] = []
    for one, other in combinations(range(len(names)), 2):
        rows = (codes == one) | (codes == other)
        if events[rows].any():
            tests.append(((names[one], names[other]), log_rank(times[rows], events[rows], codes[rows]).test))
    corrected = adjusted(np.array([test.p for _, test in tests]), method)
    return tuple(PairedTest(pair, test, float(p)) for (pair, test), p in zip(tests, corrected, strict=True))
