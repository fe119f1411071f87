"""Two cuts at once: the ordered log-rank statistic over all pairs (rmolr) and its nested variants (rsolr12).

With L and V of `log_rank_cuts` at the cuts i < j, R₁ and R₃ the numbers at risk below i and from j on, and R
all at risk, rmolr maximises

    (L_i + L_j) / √(V_i + V_j + 2·c_ij),   c_ij = Σ over distinct event times of R₁·R₃/R².

All c_ij are one matrix product. rsolr12 maximises (L of 1|23 + L of 2|3 once group 1 is left out)/√(sum of
their V), and its mirror image 12|3 with 1|2. Equal scores are never separated, and times shared by events and
censorings are allowed (R's rolr stops on them).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.errors import InputError
from NEMOPETLib.survival.efron import null_residuals
from NEMOPETLib.survival.log_rank_cuts import (
    admissible_sizes,
    running_log_rank,
    sorted_by_score,
)
from NEMOPETLib.survival.times import Bools, Floats, Integers

Worse = Literal["high", "low"]

_CELLS = 50_000  # of a block of pairs: 0.4 MB, which stays in the processor's cache


@dataclass(frozen=True)
class CutPair:
    """Two cuts, rising (a row belongs above a cut when its score is ≥ it), and the statistic they reach."""

    cuts: tuple[float, float]
    statistic: float


@dataclass(frozen=True, eq=False)
class _Search:
    """Candidates of one search, rows sorted by score.

    ``dying`` and ``at_risk`` are (t, n): who dies and who is at risk at each of t event times;
    ``low``, (t, c), is the number at risk among the lower ``sizes``.
    """

    scores: Floats
    sizes: Integers
    excess: Floats
    variance: Floats
    events: Bools
    dying: Bools
    at_risk: Bools
    low: Floats
    ns: int

    @classmethod
    def of(cls, time: ArrayLike, event: ArrayLike, score: ArrayLike, ns: int) -> _Search:
        times, events, scores = sorted_by_score(time, event, score)
        sizes = admissible_sizes(scores, ns, groups=3)
        excess, variance, _ = running_log_rank(null_residuals(times, events), events, sizes)
        moments = np.unique(times[events])[:, None]
        at_risk = times >= moments
        dying = (times == moments) & events
        return cls(scores, sizes, excess, variance, events, dying, at_risk, _below(at_risk, sizes), ns)

    def blocks(self) -> Iterator[tuple[slice, slice, Bools]]:
        """Blocks of lower cuts, the upper cuts they can pair with, and which pairs keep ns between."""
        width = max(1, _CELLS // self.sizes.size)
        for start in range(0, self.sizes.size, width):
            rows = slice(start, min(start + width, self.sizes.size))
            columns = slice(int(np.searchsorted(self.sizes, self.sizes[start] + self.ns)), self.sizes.size)
            if columns.start < columns.stop:
                apart = self.sizes[columns] - self.sizes[rows, None] >= self.ns
                yield rows, columns, apart

    def best(self, statistics: Iterator[tuple[slice, slice, Floats]]) -> CutPair:
        """The first of the largest statistics."""
        value, pair = -np.inf, (0, 0)
        for rows, columns, block in statistics:
            row, column = np.unravel_index(int(np.argmax(block)), block.shape)
            if block[row, column] > value:
                value = float(block[row, column])
                pair = (rows.start + int(row), columns.start + int(column))
        if value == -np.inf:
            raise InputError(f"no two cuts leave ns = {self.ns} rows in each group: too many equal scores")
        low, high = self.scores[self.sizes[list(pair)]]
        return CutPair((float(low), float(high)), value)


def _below(rows: Bools, sizes: Integers) -> Floats:
    """How many of the lower ``sizes`` are True in each line of (t, n) rows sorted by score, (t, c)."""
    return np.cumsum(rows, axis=1, dtype=np.float64)[:, sizes - 1]


def _ratio(excess: Floats, variance: Floats, apart: Bools) -> Floats:
    """excess/√variance, −∞ where the cuts are too close; overwrites both."""
    np.maximum(variance, 1e-12, out=variance)
    excess /= np.sqrt(variance, out=variance)
    excess[~apart] = -np.inf
    return excess


def _ordered_statistics(search: _Search, sign: float) -> Iterator[tuple[slice, slice, Floats]]:
    """rmolr's statistic of all pairs, block by block; −∞ where fewer than ns lie between."""
    below = search.low / search.at_risk.sum(axis=1, keepdims=True)
    above = 1 - below
    for rows, columns, apart in search.blocks():
        variance = 2 * below[:, rows].T @ above[:, columns]
        variance += search.variance[rows, None]
        variance += search.variance[columns]
        excess = search.excess[rows, None] + search.excess[columns]
        yield rows, columns, _ratio(sign * excess, variance, apart)


def rmolr(time: ArrayLike, event: ArrayLike, score: ArrayLike, ns: int = 45, worse: Worse = "high") -> CutPair:
    """The two cuts of the largest ordered log-rank statistic.

    Parameters
    ----------
    time, event, score
        (n,) survival times, events and the score to cut.
    ns
        Fewest rows in each of the three groups.
    worse
        Which end of the score dies earlier.

    Raises
    ------
    InputError
        Unusable input, no events, n < 3·ns or too many equal scores.
    """
    search = _Search.of(time, event, score, ns)
    return search.best(_ordered_statistics(search, 1.0 if worse == "high" else -1.0))


def _tied_hazards(at_risk: Floats, deaths: Floats) -> tuple[Floats, Floats]:
    """Efron hazard of those who live on, Σ 1/(r − l), and of those who die, Σ (1 − l/d)/(r − l), l < d."""
    living = np.zeros(at_risk.shape)
    dying = np.zeros(at_risk.shape)
    for fewer in range(int(deaths.max())):
        rate = np.divide(1.0, at_risk - fewer, out=np.zeros(at_risk.shape), where=deaths > fewer)
        living += rate
        dying += rate * (1 - fewer / np.maximum(deaths, 1))
    return living, dying


def _upper_two(search: _Search, sign: float) -> Iterator[tuple[slice, slice, Floats]]:
    """1|23 with 2|3 among the rows from the lower cut on, all pairs."""
    low_deaths = _below(search.dying, search.sizes)
    at_risk, deaths = (who.sum(axis=1, keepdims=True) for who in (search.at_risk, search.dying))
    living, dying = _tied_hazards(at_risk - search.low, deaths - low_deaths)
    above = search.events.sum() - np.cumsum(search.events)[search.sizes - 1]
    for rows, columns, apart in search.blocks():
        dead = deaths - low_deaths[:, columns]
        alive = at_risk - search.low[:, columns] - dead
        expected = living[:, rows].T @ alive + dying[:, rows].T @ dead
        within = above[rows, None]
        variance = search.variance[rows, None] + expected * (within - expected) / np.maximum(within, 1)
        excess = search.excess[rows, None] + above[columns] - expected
        yield rows, columns, _ratio(sign * excess, variance, apart)


def _lower_two(search: _Search, sign: float) -> Iterator[tuple[slice, slice, Floats]]:
    """12|3 with 1|2 among the rows below the upper cut, all pairs."""
    low_deaths = _below(search.dying, search.sizes)
    living, dying = _tied_hazards(search.low, low_deaths)
    below = np.cumsum(search.events)[search.sizes - 1]
    for rows, columns, apart in search.blocks():
        dead = low_deaths[:, rows]
        alive = search.low[:, rows] - dead
        expected = alive.T @ living[:, columns] + dead.T @ dying[:, columns]
        within = below[columns]
        variance = search.variance[columns] + expected * (within - expected) / np.maximum(within, 1)
        excess = search.excess[columns] + expected - below[rows, None]
        yield rows, columns, _ratio(sign * excess, variance, apart)


def rsolr12(
    time: ArrayLike, event: ArrayLike, score: ArrayLike, ns: int = 45, worse: Worse = "high"
) -> tuple[CutPair, CutPair]:
    """The best pair by 12|3 with 1|2 and the best pair by 1|23 with 2|3 (R's sol1 and sol2).

    Parameters and errors as for `rmolr`.
    """
    search = _Search.of(time, event, score, ns)
    sign = 1.0 if worse == "high" else -1.0
    return search.best(_lower_two(search, sign)), search.best(_upper_two(search, sign))
