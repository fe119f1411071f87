"""p-values of searched cut-points by permutation: the search is repeated on scores dealt out at random.

p = (1 + number of permutations that reach the observed statistic)/(1 + number of permutations), exact under
the hypothesis that score and survival are independent. Source: Phipson & Smyth, Stat Appl Genet Mol Biol 9
(2010) 39.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from NEMOPETLib.survival.efron import null_residuals
from NEMOPETLib.survival.log_rank_cuts import admissible_sizes, running_log_rank, sorted_by_score
from NEMOPETLib.survival.maxstat import maxstat, standardised_sums
from NEMOPETLib.survival.times import Floats, Integers

_CELLS = 400_000  # of a block of permutations


def _permuted_orders(n: int, permutations: int, seed: int) -> Iterator[Integers]:
    """Blocks (b, n) of random orders, ``permutations`` in all."""
    generator = np.random.default_rng(seed)
    width = max(1, _CELLS // n)
    for start in range(0, permutations, width):
        rows = min(width, permutations - start)
        yield generator.permuted(np.tile(np.arange(n), (rows, 1)), axis=1)


def _p_value(observed: float, permuted: Iterator[Floats], permutations: int) -> float:
    least = observed - 1e-9 * abs(observed)  # the same split may sum to another last digit
    reached = sum(int(np.count_nonzero(block >= least)) for block in permuted)
    return (1 + reached) / (1 + permutations)


def rlr_permutation_p(
    time: ArrayLike,
    event: ArrayLike,
    score: ArrayLike,
    ns: int = 45,
    permutations: int = 9999,
    seed: int = 0,
) -> float:
    """p-value of the largest \\|z\\| of `rlr` (approximate variance). Parameters and errors as there."""
    times, events, scores = sorted_by_score(time, event, score)
    sizes = admissible_sizes(scores, ns)
    residuals = null_residuals(times, events)

    def largest(order: Integers) -> Floats:
        z = running_log_rank(residuals[order], events[order], sizes)[2]
        return np.abs(z).max(axis=-1)

    observed = float(largest(np.arange(scores.size)))
    orders = _permuted_orders(scores.size, permutations, seed)
    return _p_value(observed, map(largest, orders), permutations)


def maxstat_permutation_p(
    time: ArrayLike,
    event: ArrayLike,
    score: ArrayLike,
    minprop: float = 0.1,
    permutations: int = 9999,
    seed: int = 0,
) -> float:
    """p-value of the statistic of `maxstat` (its conditional Monte Carlo). Other parameters as there."""
    found = maxstat(time, event, score, minprop)
    orders = _permuted_orders(found.n, permutations, seed)
    permuted = (standardised_sums(found.scores[order], found.below).max(axis=-1) for order in orders)
    return _p_value(found.statistic, permuted, permutations)


def search_permutation_p(
    statistic: Callable[[Floats], float], score: ArrayLike, permutations: int = 999, seed: int = 0
) -> float:
    """p-value of any search for cut-points.

    Parameters
    ----------
    statistic
        From (n,) scores to the statistic the search ends with, e.g. −log p of the log-rank test of its
        groups; larger is more extreme.
    score
        (n,) the scores as observed.
    permutations, seed
        How many random orders, and where they start.
    """
    scores = np.asarray(score, dtype=np.float64)
    orders = _permuted_orders(scores.size, permutations, seed)
    permuted = (np.array([statistic(scores[order]) for order in block]) for block in orders)
    return _p_value(statistic(scores), permuted, permutations)
